import type { IncomingMessage, ServerResponse } from 'node:http';
import { z } from 'zod';
import { canonicalUid } from '#domain/card/uid';
import { phaseOf } from '#tap-node/agent/state';
import type { TapState } from '#tap-node/agent/state';
import type { SimulatedTap } from './simulatedTap.ts';

const order = z.discriminatedUnion('action', [
  z.object({ action: z.literal('lay'), tap: z.number().int(), uid: z.string() }),
  z.object({ action: z.literal('remove'), tap: z.number().int() }),
  z.object({
    action: z.literal('pour'),
    tap: z.number().int(),
    ml: z.number().min(0).max(100_000),
    rate: z.number().positive().max(10_000).default(59),
  }),
]);

export type ControlOptions = {
  readonly taps: ReadonlyMap<number, SimulatedTap>;
  readonly stateOf: (tap_id: number) => TapState | undefined;
};

/**
 * The hands of a test or a demonstration: `POST /sim` {tap: number at the bar, action: lay | remove | pour, uid, ml, rate ml/s},
 * `GET /sim` tells what the taps do. Only a node that simulates its hardware has it.
 */
export function simulationControl(options: ControlOptions) {
  return (request: IncomingMessage, response: ServerResponse): boolean => {
    if (request.url !== '/sim') return false;
    if (request.method === 'GET') answer(response, 200, tell(options));
    else if (request.method === 'POST' && request.headers['content-type']?.startsWith('application/json'))
      void readBody(request).then((body) => answer(response, ...obey(options, body)));
    else answer(response, 405, { problem: 'POST application/json, or GET' });
    return true;
  };
}

function obey(options: ControlOptions, body: string): [number, object] {
  const parsed = order.safeParse(parseJson(body));
  if (!parsed.success)
    return [
      400,
      { problem: 'write {"tap": 3, "action": "lay" | "remove" | "pour", "uid": "…", "ml": 500, "rate": 59}' },
    ];
  const wish = parsed.data;
  const found = [...options.taps].find(
    ([tap_id]) => options.stateOf(tap_id)?.config?.tap.number === wish.tap,
  );
  if (!found) return [404, { problem: `no tap ${wish.tap} here, or the till has not told the numbers yet` }];
  const [tap_id, tap] = found;
  if (wish.action === 'remove') tap.remove();
  if (wish.action === 'pour') tap.pour(wish.ml, wish.rate);
  if (wish.action === 'lay') {
    const reading = canonicalUid(wish.uid);
    if (!reading.ok) return [400, { problem: `${wish.uid} is no card UID` }];
    tap.lay(reading.uid);
  }
  return [200, tellOne(tap_id, tap, options.stateOf(tap_id))];
}

function tell({ taps, stateOf }: ControlOptions): object {
  return { taps: [...taps].map(([tap_id, tap]) => tellOne(tap_id, tap, stateOf(tap_id))) };
}

function tellOne(tap_id: number, tap: SimulatedTap, state: TapState | undefined): object {
  return {
    tap_id,
    number: state?.config?.tap.number ?? null,
    phase: state ? phaseOf(state) : null,
    online: state?.online ?? false,
    card: tap.uid(),
    wanted_ml: tap.wanted(),
    poured_ml: state?.pour?.ml ?? null,
    staff: state?.staff ? (state.staff.stage === 'offered' ? state.staff.offer : state.staff.stage) : null,
    rinsed_ml: state?.staff?.stage === 'rinsing' ? state.staff.ml : null,
    rinsed_pulses: state?.rinsed_pulses ?? null,
    calibration_version: state?.config?.tap.calibration_version ?? null,
    unsynced: state?.unsynced.length ?? 0,
    refusal: state?.refusal?.what.by === 'till' ? state.refusal.what.refusal.code : null,
  };
}

function answer(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}

function parseJson(body: string): unknown {
  try {
    return JSON.parse(body) as unknown;
  } catch {
    return null;
  }
}

async function readBody(request: IncomingMessage): Promise<string> {
  let body = '';
  for await (const chunk of request) {
    body += String(chunk);
    if (body.length > 10_000) break;
  }
  return body;
}
