import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CARD_STATES } from '#domain/card/states';
import { FLAGS } from '#domain/flags';
import { ATTEMPT_OUTCOMES } from '#domain/grant/attempts';
import { GRANT_STATES } from '#domain/grant/states';
import { FLOW_LOSS_KINDS, KEG_MOVEMENT_KINDS } from '#domain/keg/movements';
import { KEG_STATES } from '#domain/keg/states';
import { ACCOUNT_KINDS } from '#domain/ledger/accounts';
import { LEDGER_KINDS } from '#domain/ledger/kinds';
import { NODE_STATES, PAIRING_STATES } from '#domain/node/states';
import { POS_KINDS } from '#domain/pos/kinds';
import { PRICE_RULE_KINDS } from '#domain/price/rules';
import { CORRECTION_KINDS } from '#domain/pour/charge';
import { POUR_SOURCES, SYNC_STATUSES, VERDICTS } from '#domain/pour/statuses';
import { MAX_AMOUNT_MINOR, MAX_PRICE_MINOR_PER_LITRE } from '#domain/quantity/money';
import { PRINT_STATES } from '#domain/receipt/documents';
import { REVIEW_STATES } from '#domain/review/states';
import { SHIFT_STATES } from '#domain/shift/states';
import { ROLES } from '#domain/staff/roles';
import { FLOW_TROUBLES } from '#domain/tap/flowTrouble';
import { TAP_STATUSES } from '#domain/tap/statuses';
import { CARD_END_REASONS } from '#domain/visit/cardEnds';
import { HOUSE_PURPOSES } from '#domain/visit/house';
import { VISIT_STATES } from '#domain/visit/statuses';
import { query } from '../db/query.ts';
import { testDatabase } from '../testing/testDatabase.ts';
import type { TestDatabase } from '../testing/testDatabase.ts';
import { initModels } from './init.ts';

let db: TestDatabase;
beforeAll(async () => {
  db = await testDatabase();
});
afterAll(() => db.drop());

const LISTS: readonly (readonly [table: string, column: string, values: readonly string[]])[] = [
  ['operators', 'role', ROLES],
  ['kegs', 'state', KEG_STATES],
  ['taps', 'status', TAP_STATUSES],
  ['taps', 'flow_trouble', FLOW_TROUBLES],
  ['cards', 'state', CARD_STATES],
  ['guests', 'house_purpose', HOUSE_PURPOSES],
  ['visits', 'state', VISIT_STATES],
  ['visit_cards', 'end_reason', CARD_END_REASONS],
  ['shifts', 'state', SHIFT_STATES],
  ['nodes', 'state', NODE_STATES],
  ['node_pairings', 'state', PAIRING_STATES],
  ['attempts', 'outcome', ATTEMPT_OUTCOMES],
  ['grants', 'state', GRANT_STATES],
  ['pours', 'source', POUR_SOURCES],
  ['pours', 'sync_status', SYNC_STATUSES],
  ['pour_corrections', 'kind', CORRECTION_KINDS],
  ['pour_reports', 'verdict', VERDICTS.filter((verdict) => verdict !== 'duplicate')],
  ['keg_movements', 'kind', KEG_MOVEMENT_KINDS],
  ['flow_losses', 'kind', FLOW_LOSS_KINDS],
  ['review_items', 'state', REVIEW_STATES],
  ['ledger_accounts', 'kind', ACCOUNT_KINDS],
  ['ledger_transactions', 'kind', LEDGER_KINDS],
  ['feature_flags', 'name', FLAGS],
  ['pos_outbox', 'kind', POS_KINDS],
  ['price_rules', 'kind', PRICE_RULE_KINDS],
  ['print_jobs', 'state', PRINT_STATES],
];

type Check = { table: string; columns: string[]; definition: string };
const checks = () =>
  query<Check>(
    db.owner,
    `SELECT c.conrelid::regclass::text AS "table", pg_get_constraintdef(c.oid) AS definition,
       (SELECT jsonb_agg(a.attname) FROM pg_attribute a WHERE a.attrelid = c.conrelid AND a.attnum = ANY (c.conkey)) AS columns
     FROM pg_constraint c WHERE c.contype = 'c' AND c.connamespace = 'public'::regnamespace`,
  );
const quoted = (definition: string) =>
  [...definition.matchAll(/'([^']*)'::text/g)].map((match) => match[1] ?? '');
/** `column = ANY (ARRAY['a'::text, …])` and nothing else */
const isList = ({ columns, definition }: Check) =>
  columns.length === 1 && /^CHECK \(\(\w+ = ANY \(ARRAY\[[^\]]*\]\)\)\)$/.test(definition);

describe('the database’s CHECK lists and the domain’s tuples agree', () => {
  it.each(LISTS)('%s.%s', async (table, column, values) => {
    const list = (await checks()).find(
      (check) => check.table === table && check.columns[0] === column && isList(check),
    );
    expect(quoted(list?.definition ?? '').sort()).toEqual([...values].sort());
  });

  it('no list of the database is missing here', async () => {
    const known = new Set(LISTS.map(([table, column]) => `${table}.${column}`));
    const found = (await checks()).filter(isList).map((check) => `${check.table}.${check.columns[0]}`);
    // The languages are the schema of the wire itself.
    expect(found.filter((name) => !known.has(name))).toEqual(['guests.language']);
  });

  it('the ceilings of an amount and a price are the same on both sides', async () => {
    const all = (await checks()).map((check) => `${check.table} ${check.definition}`).join('\n');
    expect(all).toMatch(new RegExp(`ledger_entries CHECK .*amount_minor >= '?-${MAX_AMOUNT_MINOR}'?`));
    expect(all).toMatch(new RegExp(`ledger_entries CHECK .*amount_minor <= ${MAX_AMOUNT_MINOR}`));
    expect(all).toMatch(
      new RegExp(`beverages CHECK .*price_minor_per_litre <= ${MAX_PRICE_MINOR_PER_LITRE}`),
    );
  });
});

it('every model has the columns of its table, and every table has a model', async () => {
  const models = Object.values(initModels(db.sequelize));
  const columns = await query<{ table: string; columns: string[] }>(
    db.owner,
    `SELECT table_name AS "table", jsonb_agg(column_name ORDER BY column_name) AS columns FROM information_schema.columns
     WHERE table_schema = 'public' AND is_generated = 'NEVER' AND data_type <> 'xid8' GROUP BY table_name ORDER BY table_name`,
  );
  const tables = Object.fromEntries(columns.map((row) => [row.table, [...row.columns].sort()]));
  const modelled = Object.fromEntries(
    models.map((model) => [model.tableName, Object.keys(model.rawAttributes).sort()]),
  );
  delete tables['SequelizeMeta'];
  expect(modelled).toEqual(tables);
});
