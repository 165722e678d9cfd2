import { afterAll, beforeAll, beforeEach, expect, inject, it, vi } from 'vitest';
import type * as DecideSettle from '#domain/pour/decideSettle';
import type {} from '#server/testing/globalSetup';
import { query } from '#server/db/query';
import type { TestDatabase } from '#server/testing/cloneDatabase';
import { runSeed } from './runSeed.ts';
import { simDatabase } from './simDatabase.ts';
import { STEPS } from './tally.ts';
import type { Planted } from './world.ts';

/*
 * Each planted fault must turn the simulation red within a few evenings, by the rule that it breaks. A simulation that stays green
 * with one of these proves nothing when it is green.
 */
const planted = vi.hoisted(() => ({ fault: '' }));

vi.mock('#domain/pour/decideSettle', async (original) => {
  const real = await original<typeof DecideSettle>();
  const decideSettle: typeof real.decideSettle = (facts) => {
    const { grant } = facts;
    if (planted.fault === 'no duplicate check' && grant && facts.same_report)
      return real.decideSettle({
        ...facts,
        same_report: null,
        first_report: false,
        grant: { ...grant, state: 'orphaned' },
      });
    if (planted.fault === 'late sync debits' && grant?.state === 'manual')
      return real.decideSettle({ ...facts, grant: { ...grant, state: 'orphaned' } });
    return real.decideSettle(facts);
  };
  return { ...real, decideSettle };
});

/** What the database itself holds against these faults: `npm run verify` and the indexes are other teeth. */
const GUARDS = `
  DROP INDEX ledger_transactions_one_debit_per_grant;
  DROP INDEX pour_reports_one_first_report;
  DROP INDEX pour_reports_one_per_body;
  DROP TRIGGER grants_guard ON grants;`;

const MOST_EVENINGS = 12;

let db: TestDatabase;
beforeAll(async () => {
  db = await simDatabase(inject('testCluster'));
  await query(db.owner, GUARDS);
});
afterAll(() => db.drop());
beforeEach(() => {
  planted.fault = '';
});

async function firstRed(rule: string, fault: { product?: string; around?: Planted }): Promise<string> {
  planted.fault = fault.product ?? '';
  const seen: string[] = [];
  for (let seed = 1; seed <= MOST_EVENINGS; seed++) {
    const { violations } = await runSeed({ db, seed, steps: STEPS, planted: fault.around });
    seen.push(...violations);
    const found = violations.find((violation) => violation.startsWith(rule));
    if (found) return found;
  }
  return `none of ${seen.length} violations: ${seen.slice(0, 3).join('; ')}`;
}

it('a settle without the duplicate check is found', async () => {
  expect(await firstRed('charged twice', { product: 'no duplicate check' })).toContain('charged twice');
});

it('a late report that is charged after the entry by hand is found', async () => {
  expect(await firstRed('charged twice', { product: 'late sync debits' })).toContain('charged twice');
});

it('a journal that confirms before the disk has it is found', async () => {
  const rule = 'the journal and the meter differ';
  expect(await firstRed(rule, { around: { disk_answers_early: true } })).toContain(rule);
});
