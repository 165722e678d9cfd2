/** As much flow with the valve closed, in as long, is a leak or a stuck valve, not drip. */
export const CLOSED_VALVE_ML = 15;
export const CLOSED_VALVE_MS = 10_000;

export type ClosedFlow = { kind: 'cleaning' | 'leak' | 'kick' | 'after_close'; ml: number; at: Date };

/** Does the newest of these flows of one tap make an incident, with those of the ten seconds before it? */
export function isClosedValveIncident(newest: ClosedFlow, earlier: readonly ClosedFlow[]): boolean {
  if (!flowsClosed(newest)) return false;
  const since = newest.at.getTime() - CLOSED_VALVE_MS;
  const sum = earlier
    .filter((flow) => flowsClosed(flow) && flow.at.getTime() > since && flow.at <= newest.at)
    .reduce((total, flow) => total + flow.ml, newest.ml);
  return sum >= CLOSED_VALVE_ML;
}

const flowsClosed = ({ kind }: ClosedFlow) => kind === 'leak' || kind === 'after_close';
