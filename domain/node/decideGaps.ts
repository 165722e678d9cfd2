/** Less is what rounding may do. */
export const METER_GAP_ML = 15;

/** What the till knows of one tap's journal, and what its node says now, quiet and with an empty queue. */
export type GapFacts = {
  meter_total_ml: number;
  /** the meter when nothing of this journal was in yet; null: not known */
  meter_base_ml: number | null;
  /** of the reports of this journal that have come in */
  booked_ml: number;
  /** a gap that was shown already */
  shown_gap_ml: number;
  seq_high: number;
  /** the highest that a hello named */
  seq_said: number;
  shown_seq: number;
};

export type GapDecision = {
  meter_base_ml: number;
  /** volume that the meter saw and no report told of; null: nothing new */
  meter_gap_ml: number | null;
  /** rows that the journal had and that never came; null: nothing new */
  seq_gap: { from_seq: number; to_seq: number } | null;
};

/** A quiet node with an empty queue has told everything: what is missing then was taken from its journal. Shown once. */
export function decideGaps(facts: GapFacts): GapDecision {
  const base = facts.meter_base_ml ?? facts.meter_total_ml - facts.booked_ml;
  const gap = facts.meter_total_ml - base - facts.booked_ml;
  const missing = facts.seq_said > facts.seq_high && facts.seq_said > facts.shown_seq;
  return {
    meter_base_ml: base,
    meter_gap_ml: gap >= facts.shown_gap_ml + METER_GAP_ML ? gap : null,
    seq_gap: missing ? { from_seq: facts.seq_high + 1, to_seq: facts.seq_said } : null,
  };
}
