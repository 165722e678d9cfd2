import { DomainError } from '#domain/errors';
import { MONEY_DEFAULTS, SERVICE_DEFAULTS } from '#domain/moneySettings';
import type { SetSettingsInput, SettingsWire } from '#domain/protocol/settings';
import { PRINTER_DEFAULTS } from '#domain/receipt/printer';
import { isTimeZone, POUR_TIMES, pourSettings, TILL_DEFAULTS } from '#domain/settings';
import type { Unit } from '../db/inTransaction.ts';
import { query, queryOne } from '../db/query.ts';
import { appendEvent } from '../events/append.ts';
import { settingsOf } from '../queries/settings.ts';
import { appendAudit } from './support/appendAudit.ts';
import { engineerOf } from './support/approval.ts';
import type { Approver } from './support/approval.ts';
import { by, command } from './support/command.ts';
import type { Actor, Deps } from './support/deps.ts';

type Values = Readonly<Record<string, unknown>>;
type Section = SetSettingsInput['section'];
type Distributed<T> = T extends unknown ? Omit<T, 'approval'> : never;
export type SetSettings = Distributed<SetSettingsInput> & { approver?: Approver | null };

/** A row of the table may lack what came later, or be absent. */
const DEFAULTS: Readonly<Record<Section, Values>> = {
  bar: {},
  pour: {},
  till: TILL_DEFAULTS,
  money: MONEY_DEFAULTS,
  service: SERVICE_DEFAULTS,
  printer: PRINTER_DEFAULTS,
};
const same = (one: unknown, other: unknown): boolean => JSON.stringify(one) === JSON.stringify(other);

/**
 * Changes some of a section's values. The times of a pour keep the law of the lease and change only between shifts: a node
 * whose valve is open works by those of its beginning. Nodes are told what concerns them. Lock: the section's row.
 * @throws DomainError input.invalid, settings.shift_open, approval.needed
 */
export async function setSettings(deps: Deps, actor: Actor, input: SetSettings): Promise<SettingsWire> {
  const answers = engineerOf(actor, input.approver);
  await command(deps, { procedure: 'settings.set', actor, input }, async (unit) => {
    const { section, reason } = input;
    const values: Values = input.values;
    const before = await lockSection(unit, section);
    const changed = Object.keys(values).filter((key) => !same(values[key], before[key]));
    const after = { ...before, ...values };
    await check(unit, { section, changed, after });
    await query(unit, 'UPDATE settings SET value = $2::jsonb, updated_at = now() WHERE key = $1', [
      section,
      JSON.stringify(after),
    ]);
    const pick = (from: Values) => Object.fromEntries(changed.map((key) => [key, from[key] ?? null]));
    await appendAudit(unit, {
      action: 'settings.set',
      ...by(actor),
      reason,
      details: { section, before: pick(before), after: pick(after), approved_by: answers.operator_id },
    });
    await tell(unit, deps, section);
    return { section };
  });
  return settingsOf(deps.sequelize);
}

async function lockSection(unit: Unit, section: Section): Promise<Values> {
  await query(unit, `INSERT INTO settings (key, value) VALUES ($1, '{}') ON CONFLICT (key) DO NOTHING`, [
    section,
  ]);
  const { value } = await queryOne<{ value: Values }>(
    unit,
    'SELECT value FROM settings WHERE key = $1 FOR NO KEY UPDATE',
    [section],
  );
  return { ...DEFAULTS[section], ...value };
}

async function check(
  unit: Unit,
  change: { section: Section; changed: readonly string[]; after: Values },
): Promise<void> {
  const { section, changed, after } = change;
  if (section === 'bar') await checkBar(unit, changed, after);
  if (section !== 'pour') return;
  const parsed = pourSettings.safeParse(after);
  if (!parsed.success)
    throw new DomainError('input.invalid', { path: 'lease_ms', problem: 'lease_too_short' });
  if (!POUR_TIMES.some((time) => changed.includes(time))) return;
  const open = await query(unit, `SELECT id FROM shifts WHERE state = 'open'`);
  if (open.length > 0) throw new DomainError('settings.shift_open');
}

async function checkBar(unit: Unit, changed: readonly string[], after: Values): Promise<void> {
  if (changed.includes('time_zone') && !isTimeZone(String(after['time_zone'])))
    throw new DomainError('input.invalid', { path: 'time_zone', problem: 'unknown' });
  if (!changed.includes('currency')) return;
  const { kept } = await queryOne<{ kept: boolean }>(
    unit,
    'SELECT EXISTS (SELECT 1 FROM ledger_transactions) AS kept',
  );
  // The figures of the ledger have no currency of their own.
  if (kept) throw new DomainError('input.invalid', { path: 'currency', problem: 'books_are_kept' });
}

/** Screens look again; a node's configuration is of its taps, the bar and the times. */
async function tell(unit: Unit, deps: Deps, section: Section): Promise<void> {
  await appendEvent(unit, deps, { type: 'flags.changed', details: { what: 'settings', section } });
  if (section !== 'bar' && section !== 'pour') return;
  const taps = await query<{ id: number }>(
    unit,
    'SELECT id FROM taps WHERE node_id IS NOT NULL ORDER BY number',
  );
  for (const { id: tap_id } of taps)
    await appendEvent(unit, deps, { type: 'tap.changed', tap_id, details: { what: 'settings' } });
}
