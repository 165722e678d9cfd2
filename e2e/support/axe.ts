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
interface Rule {
  id: string;
  impact: string | null;
  enabled: boolean;
  tags: string[];
}
interface Axe {
  _audit: { rules: Rule[] };
  run(root: Element, options: object): Promise<{ violations: Violation[] }>;
}

/** Once for a page; a reload forgets it. */
export async function bringAxe(page: Page): Promise<void> {
  await page.evaluate(`${SOURCE};0`);
}

/** Rules that can find nothing serious or critical are not asked: their findings would be left out anyway, and they take a third of the time. */
const WEIGHTY = ['serious', 'critical'];
/** Fewer would mean that axe has changed its ways and this asks too little. */
const RULES_AT_LEAST = 55;

/** What axe calls serious or critical. `only`: these rules, for what alone can differ between two looks of one screen. */
export async function axeFaults(page: Page, only?: string[]): Promise<string[]> {
  const violations = await page.evaluate(
    async ({ rules, weighty, least }) => {
      const { axe } = window as unknown as { axe: Axe };
      const root = document.querySelector('[role="dialog"]') ?? document.documentElement;
      const all = axe._audit.rules.filter(
        ({ enabled, tags, impact }) =>
          enabled &&
          !tags.includes('experimental') &&
          !tags.includes('deprecated') &&
          (impact === null || weighty.includes(impact)),
      );
      if (all.length < least) throw new Error(`axe knows only ${all.length} rules that matter`);
      const values = rules ?? all.map(({ id }) => id);
      const found = await axe.run(root, {
        runOnly: { type: 'rule', values },
        resultTypes: ['violations'],
        elementRef: false,
      });
      return found.violations.filter(({ impact }) => impact !== null && weighty.includes(impact));
    },
    { rules: only, weighty: WEIGHTY, least: RULES_AT_LEAST },
  );
  return violations.flatMap(({ id, nodes }) =>
    nodes.slice(0, 3).map(({ html, failureSummary = '' }) => {
      const why = failureSummary.split('\n').slice(1, 2).join('').trim();
      return `axe ${id}: ${html.slice(0, 140)} ${why.slice(0, 260)}`;
    }),
  );
}
