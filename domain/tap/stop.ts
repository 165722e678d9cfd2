/** How a tap stands to the emergency stop: it has shut, it may still, it has not said so, nobody speaks for it. */
export const STOP_STATES = ['acknowledged', 'waiting', 'silent', 'no_node'] as const;
export type StopState = (typeof STOP_STATES)[number];

/** So long a tap may take; then a person shuts it by hand. */
export const STOP_ANSWER_MS = 1_000;

export type StopFacts = {
  has_node: boolean;
  /** since the stop was set */
  since_ms: number;
  /** the tap's node said that it is stopped; how long ago. null: it says something else, or nothing */
  said_stopped_ms_ago: number | null;
};

/** What was said before the stop was set is of an earlier one. */
export function stopState({ has_node, since_ms, said_stopped_ms_ago }: StopFacts): StopState {
  if (!has_node) return 'no_node';
  if (said_stopped_ms_ago !== null && said_stopped_ms_ago <= since_ms) return 'acknowledged';
  return since_ms < STOP_ANSWER_MS ? 'waiting' : 'silent';
}
