import { randomBytes } from 'node:crypto';
import type { GrantWire } from '#domain/protocol/node';
import { query, queryOne } from '#server/db/query';
import { board } from '#server/queries/board';
import { reviewList } from '#server/queries/reviews';
import { search } from '#server/queries/search';
import { shiftList, xNow } from '#server/queries/shiftReports';
import { visitView } from '#server/queries/visitView';
import { authorisePour } from '#server/services/authorisePour';
import { settleReport } from '#server/services/settleReport';
import type { Bar, BuiltTap, BuiltVisit } from '#server/testing/builders';

export interface Scene {
  readonly tap: BuiltTap;
  readonly visit: BuiltVisit;
}

const BOOT = 'bench-boot-0001';
const JOURNAL = 'bench-journal-0001';

/** What is counted, in the order of each round: a pour, then everything that the till shows of it. */
export async function proceduresOf(bar: Bar, scene: Scene): Promise<[string, () => Promise<unknown>][]> {
  const { deps } = bar;
  const { visit } = scene;
  const guest = await queryOne<{ name: string; phone: string }>(
    bar.sequelize,
    'SELECT name, phone FROM guests WHERE id = $1',
    [visit.guest_id],
  );
  const pour = pourer(bar, scene);
  const find = (text: string) => async (): Promise<void> => {
    const { visits } = await search(deps, { query: text });
    if (!visits.some(({ visit_id }) => visit_id === visit.visit_id))
      throw new Error(`the search for ${text} does not find visit ${visit.visit_id}`);
  };
  return [
    ['authorise', pour.authorise],
    ['settle', pour.settle],
    ['search_card', find(visit.uid)],
    ['search_phone', find(guest.phone)],
    ['search_name', find(guest.name)],
    ['search_number', find(`#${visit.visit_id}`)],
    ['search_code', async () => find(await lastCode(bar, visit.visit_id))()],
    ['visit_view', () => visitView(deps, visit.visit_id, 'cashier')],
    ['board', () => board(deps, { state: 'no_station', names: [] })],
    ['review_list', () => reviewList(bar.sequelize, { state: 'open', kind: null })],
    ['reviewed_list', () => reviewList(bar.sequelize, { state: 'resolved', kind: null })],
    ['shift_view', () => xNow(bar.sequelize, { operator_id: bar.actor.operator_id, now: deps.clock.now() })],
    ['shift_list', () => shiftList(bar.sequelize, { before_id: null, limit: 20 })],
  ];
}

async function lastCode(bar: Bar, visit_id: number): Promise<string> {
  const [row] = await query<{ short_id: string }>(
    bar.sequelize,
    'SELECT short_id FROM pours WHERE visit_id = $1 ORDER BY id DESC LIMIT 1',
    [visit_id],
  );
  return row?.short_id ?? '';
}

function pourer(bar: Bar, { tap, visit }: Scene) {
  const { tap_id, node_id } = tap;
  let grant: GrantWire | undefined;
  let seq = 0;
  return {
    authorise: async (): Promise<void> => {
      const answer = await authorisePour(
        bar.deps,
        { node_id },
        {
          client_tx_id: randomBytes(16).toString('hex'),
          tap_id,
          card_uid: visit.uid,
          boot_id: BOOT,
          attempt: 1,
        },
      );
      if (answer.outcome !== 'granted') throw new Error(`the tap was refused: ${answer.refusal.code}`);
      ({ grant } = answer);
    },
    settle: async (): Promise<void> => {
      if (!grant) throw new Error('nothing was granted');
      seq += 1;
      const { grant_id, client_tx_id, short_id } = grant;
      const { verdict } = await settleReport(
        bar.deps,
        { node_id },
        {
          grant_id,
          client_tx_id,
          tap_id,
          short_id,
          seq,
          pulses: 5,
          metered_ml: 1,
          calibration_version: 1,
          duration_ms: 1000,
          end_reason: 'card_removed',
          boot_id: BOOT,
          age_ms: 0,
          offline: false,
          attempt: 1,
          journal_id: JOURNAL,
        },
      );
      if (verdict !== 'accepted') throw new Error(`the pour was ${verdict}`);
    },
  };
}
