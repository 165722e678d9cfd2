import type { z } from 'zod';
import { DomainError } from '#domain/errors';
import type { SetupAnswer } from '#domain/protocol/access';
import type { setupInput } from '#domain/protocol/till';
import { isTimeZone } from '#domain/settings';
import { inTransaction, type Unit } from '#server/db/inTransaction';
import { query, queryOne } from '#server/db/query';
import { appendEvent } from '#server/events/append';
import { hashPin } from '#server/security/pin';
import { openSession } from '#server/security/sessions';
import { appendAudit } from './support/appendAudit.ts';
import type { Deps } from './support/deps.ts';
import { makeRecoveryCode, writeRecoveryCode } from './support/recoveryCode.ts';

type Input = z.output<typeof setupInput>;

/**
 * The bar, its first operator (who may do everything), one beverage, one keg on one tap: all or nothing, and only while there
 * is no operator. The recovery code is told once, its hash is kept. Lock: the bar's settings.
 * @throws DomainError setup.done_already, input.invalid
 */
export async function firstRun(deps: Deps, input: Input): Promise<SetupAnswer> {
  if (!isTimeZone(input.time_zone))
    throw new DomainError('input.invalid', { path: 'time_zone', problem: 'unknown' });
  const pin_hash = await hashPin(input.pin);
  const recovery = await makeRecoveryCode();
  return inTransaction(deps.sequelize, async (unit) => {
    await query(unit, `SELECT key FROM settings WHERE key = 'bar' FOR NO KEY UPDATE`);
    const { operators } = await queryOne<{ operators: number }>(
      unit,
      'SELECT count(*) AS operators FROM operators',
    );
    if (operators > 0) throw new DomainError('setup.done_already');
    await writeSettings(unit, input);
    await writeRecoveryCode(unit, recovery);
    const operator = await queryOne<{ id: number }>(
      unit,
      `INSERT INTO operators (name, role, pin_hash) VALUES ($1, 'engineer', $2) RETURNING id`,
      [input.operator_name, pin_hash],
    );
    const tap_id = await openTap(unit, input);
    const session = await openSession(unit, operator.id);
    await appendAudit(unit, {
      action: 'setup.done',
      operator_id: operator.id,
      till_id: session.till_id,
      tap_id,
    });
    await appendEvent(unit, deps, { type: 'tap.changed', tap_id });
    const { operator_name: name } = input;
    return {
      recovery_code: recovery.code,
      session: { ...session, operator: { id: operator.id, name, role: 'engineer' } },
      note: null,
    };
  });
}

async function writeSettings(unit: Unit, input: Input): Promise<void> {
  const { bar_name, currency, time_zone, language, age_limit } = input;
  const bar = { name: bar_name, currency, time_zone, language, age_limit };
  await query(
    unit,
    `INSERT INTO settings (key, value) VALUES ('bar', $1::jsonb)
     ON CONFLICT (key) DO UPDATE SET value = EXCLUDED.value, updated_at = now()`,
    [JSON.stringify(bar)],
  );
}

async function openTap(unit: Unit, { beverage, keg_size_ml, tap_number }: Input): Promise<number> {
  const { id } = await queryOne<{ id: number }>(
    unit,
    `WITH b AS (INSERT INTO beverages (name, abv_permille, price_minor_per_litre) VALUES ($1, $2, $3) RETURNING id),
      k AS (INSERT INTO kegs (beverage_id, size_ml, start_ml, remaining_ml, state, opened_at)
            SELECT id, $4, $4, $4, 'on_tap', now() FROM b RETURNING id)
     INSERT INTO taps (number, keg_id) SELECT $5, id FROM k
     ON CONFLICT (number) DO UPDATE SET keg_id = EXCLUDED.keg_id RETURNING id`,
    [beverage.name, beverage.abv_permille, beverage.price_minor_per_litre, keg_size_ml, tap_number],
  );
  return id;
}
