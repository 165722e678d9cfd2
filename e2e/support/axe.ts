import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Page } from '@playwright/test';

const playwrightAxe = createRequire(import.meta.url).resolve('@axe-core/playwright');
const SOURCE = readFileSync(createRequire(playwrightAxe).resolve('axe-core/axe.min.js'), 'utf8');

interface Violation {
  id: string;
  impact: string | null;
  nodes: { html: string; failureSummary?: string }[];
}
interface Axe {
  run(root: Element, options: object): Promise<{ violations: Violation[] }>;
}

/** Once for a page; a reload forgets it. */
export async function bringAxe(page: Page): Promise<void> {
  await page.evaluate(`${SOURCE};0`);
}

/** What axe calls serious or critical. `only`: these rules, for what alone can differ between two looks of one screen. */
export async function axeFaults(page: Page, only?: string[]): Promise<string[]> {
  const violations = await page.evaluate(async (rules) => {
    const { axe } = window as unknown as { axe: Axe };
    const root = document.querySelector('[role="dialog"]') ?? document.documentElement;
    const runOnly = rules ? { runOnly: { type: 'rule', values: rules } } : {};
    const found = await axe.run(root, { ...runOnly, resultTypes: ['violations'], elementRef: false });
    return found.violations.filter(({ impact }) => impact === 'serious' || impact === 'critical');
  }, only);
  return violations.flatMap(({ id, nodes }) =>
    nodes.slice(0, 3).map(({ html, failureSummary = '' }) => {
      const why = failureSummary.split('\n').slice(1, 2).join('').trim();
      return `axe ${id}: ${html.slice(0, 140)} ${why.slice(0, 260)}`;
    }),
  );
}
