import { moneyNotice, plainNotice, pourNotice } from '#domain/pos/adapter';
import type { PosAdapter } from '#domain/pos/adapter';
import { backOffMs } from '#domain/pos/backOff';
import type { PosKind } from '#domain/pos/kinds';
import { inTransaction } from '../db/inTransaction.ts';
import { query } from '../db/query.ts';
import type { Deps } from '../services/support/deps.ts';
import { readFlags } from '../services/support/flags.ts';

type Waiting = {
  id: number;
  kind: PosKind;
  key: string;
  payload: Readonly<Record<string, unknown>>;
  created_at: Date;
  attempts: number;
  operator_id: number | null;
  operator_name: string | null;
};
type Where = Pick<Deps, 'sequelize' | 'flag_overrides'>;

/** A delivery that takes longer counts as failed; the claim outlives it, so that no second server delivers meanwhile. */
const TIMEOUT_MS = 10_000;
const CLAIM_S = 30;
const AT_ONCE = 200;
const ERROR_LETTERS = 200;

/**
 * Tells the adapter what waits, oldest first. A notice is claimed, delivered outside every transaction, then marked: a crash
 * between the last two delivers it again. What fails is tried later and later and holds up no other. With FF_POS_ADAPTER_STUB
 * off everything is kept.
 */
export async function deliverWaiting(
  deps: Where,
  adapter: PosAdapter,
  timeout_ms = TIMEOUT_MS,
): Promise<{ delivered: number; failed: number }> {
  const done = { delivered: 0, failed: 0 };
  const { FF_POS_ADAPTER_STUB } = await readFlags(deps.sequelize, deps);
  if (!FF_POS_ADAPTER_STUB) return done;
  while (done.delivered + done.failed < AT_ONCE) {
    const notice = await claim(deps);
    if (!notice) break;
    const problem = await inTime(tell(adapter, notice), timeout_ms);
    await mark(deps, notice, problem);
    done[problem === undefined ? 'delivered' : 'failed'] += 1;
  }
  return done;
}

async function claim({ sequelize }: Where): Promise<Waiting | undefined> {
  return inTransaction(sequelize, async (unit) => {
    const [notice] = await query<Waiting>(
      unit,
      `WITH due AS (
         SELECT id FROM pos_outbox WHERE delivered_at IS NULL AND next_attempt_at <= now()
         ORDER BY id LIMIT 1 FOR UPDATE SKIP LOCKED)
       UPDATE pos_outbox p SET attempts = p.attempts + 1, next_attempt_at = now() + make_interval(secs => $1)
       FROM due WHERE p.id = due.id
       RETURNING p.id, p.kind, p.idempotency_key AS key, p.payload, p.created_at, p.attempts,
         (SELECT o.id FROM operators o WHERE o.id = (p.payload->>'operator_id')::bigint) AS operator_id,
         (SELECT o.name FROM operators o WHERE o.id = (p.payload->>'operator_id')::bigint) AS operator_name`,
      [CLAIM_S],
    );
    return notice;
  });
}

async function tell(adapter: PosAdapter, notice: Waiting): Promise<void> {
  const { key, payload, operator_id, operator_name } = notice;
  const cashier = operator_id === null ? null : { operator_id, name: operator_name ?? '' };
  const head = { key, happened_at: notice.created_at.toISOString(), cashier };
  switch (notice.kind) {
    case 'topup':
      return adapter.notifyTopup(moneyNotice(head, payload));
    case 'refund':
      return adapter.notifyRefund(moneyNotice(head, payload));
    case 'pour':
      return adapter.notifyPour(pourNotice(head, payload));
    case 'shift':
      return adapter.notifyShift(plainNotice(head, payload));
    case 'keg':
      return adapter.notifyKeg(plainNotice(head, payload));
  }
}

/** What went wrong, in short; undefined when nothing did. */
async function inTime(delivery: Promise<void>, timeout_ms: number): Promise<string | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<string>((resolve) => {
    timer = setTimeout(() => resolve(`no answer within ${timeout_ms} ms`), timeout_ms);
  });
  const told = delivery.then(
    () => undefined,
    (error: unknown) => String(error instanceof Error ? error.message : error).slice(0, ERROR_LETTERS),
  );
  return Promise.race([told, late]).finally(() => clearTimeout(timer));
}

async function mark({ sequelize }: Where, notice: Waiting, problem: string | undefined): Promise<void> {
  await inTransaction(sequelize, async (unit) => {
    if (problem === undefined)
      await query(
        unit,
        'UPDATE pos_outbox SET delivered_at = now(), last_error = NULL WHERE id = $1 AND delivered_at IS NULL',
        [notice.id],
      );
    else
      await query(
        unit,
        `UPDATE pos_outbox SET last_error = $2, next_attempt_at = now() + make_interval(secs => $3)
         WHERE id = $1 AND delivered_at IS NULL`,
        [notice.id, problem, backOffMs(notice.attempts) / 1000],
      );
  });
}
