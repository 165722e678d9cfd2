import { query } from '#server/db/query';
import type { Sequelize } from 'sequelize';
import type { History } from './history.ts';
import type { Truth } from './truth.ts';

/*
 * The judge. It knows what flowed, what nodes were told and what people typed, reads the rows, and shares no rule with the
 * product: prices are multiplied here again.
 */
type GrantRow = {
  grant_id: string;
  client_tx_id: string;
  visit_id: number;
  guest_id: number;
  state: string;
  price: number;
  debits: number;
  sold_minor: number;
  force_unlocked: boolean;
};
type Books = {
  grants: GrantRow[];
  reports: { client_tx_id: string | null; metered_ml: number | null; verdict: string }[];
  paid_in: { guest_id: number; minor: number }[];
  lowest: { guest_id: number; minor: number }[];
};

/** Flow that may be between the meter and the journal: what the tail and rounding make of a pour that ended in order. */
const EXACT_ML = 4;
/** A power cut: what came since the last checkpoint, a second old at most, with its write under way, and the tail. */
const cutToleranceMl = (rate: number): number => rate * 1.3 + 35;

export async function judge(sequelize: Sequelize, truth: Truth, history: History): Promise<void> {
  const books = await readBooks(sequelize);
  judgeMoney(books, truth, history);
  judgeAcknowledged(books, truth, history);
  judgeVolumes(books, truth, history);
  judgeValves(books, truth, history);
}

function judgeMoney({ grants, paid_in, lowest }: Books, truth: Truth, history: History): void {
  for (const grant of grants) {
    const { grant_id, state, debits, sold_minor, client_tx_id } = grant;
    if (debits > 1) history.violate('charged twice', { grant_id, debits });
    const ml = chargedMl(grant, truth);
    if (ml === null) continue;
    const due = Math.floor((ml * grant.price + 500) / 1000);
    if (sold_minor !== due)
      history.violate('charged something else than was poured', {
        grant_id,
        state,
        tx: client_tx_id.slice(0, 6),
        due,
        sold_minor,
      });
  }
  for (const grant of grants)
    if (grant.state === 'open' || grant.state === 'orphaned')
      history.violate('a grant has no end', { grant_id: grant.grant_id });
  for (const guest of lowest) if (guest.minor < 0) history.violate('a balance was negative', guest);
  const booked = new Map(paid_in.map(({ guest_id, minor }) => [guest_id, minor]));
  for (const guest_id of new Set([...booked.keys(), ...truth.paid_in.keys()]))
    if (booked.get(guest_id) !== truth.paid_in.get(guest_id))
      history.violate('money paid in is not what is booked', {
        guest_id,
        booked: booked.get(guest_id),
        paid: truth.paid_in.get(guest_id),
      });
}

/** What this grant must have been charged for; null: its node's journal is gone, and nobody else knows. */
function chargedMl({ state, client_tx_id, grant_id }: GrantRow, truth: Truth): number | null {
  if (state === 'released') return 0;
  if (state === 'manual') return truth.by_hand.get(grant_id) ?? null;
  const pour = truth.pours.get(client_tx_id);
  const first = pour?.told.find(({ verdict }) => verdict === 'accepted' || verdict === 'duplicate');
  if (first) return first.metered_ml;
  return pour && !pour.journal_lost ? (pour.ended?.ml ?? null) : null;
}

/** Invariant 5: what a node was told, and what its journal holds, is in the books. */
function judgeAcknowledged({ reports }: Books, truth: Truth, history: History): void {
  const held = new Set(reports.map(({ client_tx_id, metered_ml }) => `${client_tx_id}/${metered_ml}`));
  for (const pour of truth.pours.values()) {
    const tx = pour.client_tx_id;
    for (const { metered_ml, verdict } of pour.told)
      if (!held.has(`${tx}/${metered_ml}`))
        history.violate('an acknowledged pour is lost', { tx: tx.slice(0, 6), verdict, metered_ml });
    if (pour.journal_lost) continue;
    if (pour.ended === null) history.violate('an intent has no end', { tx: tx.slice(0, 6) });
    else if (!held.has(`${tx}/${pour.ended.ml}`))
      history.violate('a journalled pour never came to the till', { tx: tx.slice(0, 6), ml: pour.ended.ml });
  }
}

/** What is written down is what flowed, and what flowed is not free. */
function judgeVolumes({ grants }: Books, truth: Truth, history: History): void {
  const states = new Map(grants.map(({ client_tx_id, state }) => [client_tx_id, state]));
  for (const pour of truth.pours.values()) {
    const tolerance = pour.power_cut ? cutToleranceMl(pour.rate_ml_s) : EXACT_ML;
    const facts = {
      tx: pour.client_tx_id.slice(0, 6),
      flowed: Math.round(pour.physical_ml),
      journal: pour.ended,
      cut: pour.power_cut,
    };
    if (!pour.journal_lost && Math.abs(pour.physical_ml - (pour.ended?.ml ?? 0)) > tolerance)
      history.violate('the journal and the meter differ', facts);
    if (states.get(pour.client_tx_id) === 'released' && pour.physical_ml > tolerance)
      history.violate('beer was free', facts);
  }
}

/** Physically: two valves for one visit only when a person has unlocked the first by force. */
function judgeValves({ grants }: Books, truth: Truth, history: History): void {
  for (const visit_id of new Set(grants.map((grant) => grant.visit_id))) {
    const spans = grants
      .filter((grant) => grant.visit_id === visit_id)
      .flatMap((grant) => {
        const open = truth.pours.get(grant.client_tx_id)?.open ?? [];
        return open.map(({ from, to }) => ({ grant, from, to: to ?? Infinity }));
      });
    spans.sort((a, b) => a.from - b.from);
    for (const [index, first] of spans.entries())
      for (const second of spans.slice(index + 1)) {
        if (second.grant === first.grant || second.from >= first.to || first.grant.force_unlocked) continue;
        history.violate('two valves were open for one visit', { visit_id, at: second.from });
      }
  }
  for (const pour of truth.pours.values())
    if (pour.open.some(({ to }) => to === null))
      history.violate('a valve stayed open', { tx: pour.client_tx_id.slice(0, 6) });
}

async function readBooks(sequelize: Sequelize): Promise<Books> {
  const grants = await query<GrantRow>(
    sequelize,
    `SELECT g.id AS grant_id, g.client_tx_id, g.visit_id, g.guest_id, g.state, g.price_minor_per_litre AS price,
       (SELECT count(*) FROM ledger_transactions t WHERE t.grant_id = g.id AND t.kind = 'pour') AS debits,
       coalesce((SELECT sum(e.amount_minor) FROM ledger_transactions t JOIN ledger_entries e ON e.transaction_id = t.id
         JOIN ledger_accounts a ON a.id = e.account_id
         WHERE t.grant_id = g.id AND t.kind = 'pour' AND a.kind = 'sales'), 0)::bigint AS sold_minor,
       EXISTS (SELECT 1 FROM audit_events x WHERE x.action = 'visit.force_unlocked' AND x.grant_id = g.id) AS force_unlocked
     FROM grants g ORDER BY g.created_at, g.id`,
  );
  const reports = await query<Books['reports'][number]>(
    sequelize,
    'SELECT client_tx_id, metered_ml, verdict FROM pour_reports ORDER BY id',
  );
  const paid_in = await query<Books['paid_in'][number]>(
    sequelize,
    `SELECT t.guest_id, sum(e.amount_minor)::bigint AS minor FROM ledger_transactions t JOIN ledger_entries e ON e.transaction_id = t.id
     JOIN ledger_accounts a ON a.id = e.account_id WHERE t.kind = 'top_up' AND a.kind = 'guest' GROUP BY t.guest_id ORDER BY 1`,
  );
  const lowest = await query<Books['lowest'][number]>(
    sequelize,
    `SELECT guest_id, min(balance)::bigint AS minor FROM (
       SELECT a.guest_id, sum(e.amount_minor) OVER (PARTITION BY a.id ORDER BY e.id) AS balance
       FROM ledger_entries e JOIN ledger_accounts a ON a.id = e.account_id WHERE a.kind = 'guest') s GROUP BY guest_id ORDER BY 1`,
  );
  return { grants, reports, paid_in, lowest };
}
