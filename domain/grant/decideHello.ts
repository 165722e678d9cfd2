/** What the till remembers of a node, and what the node says of itself when it starts. */
export type HelloFacts = {
  /** null: this node has never said hello */
  known_journal_id: string | null;
  journal_id: string;
  /** the till knows this boot already: the node was only cut off, and its meter may be ahead of its journal */
  same_boot: boolean;
  taps: readonly {
    seq_high: number;
    meter_total_ml: number;
    /** the till's marks for this journal and tap; null: none yet */
    known: { seq_high: number; meter_total_ml: number } | null;
  }[];
};

/** A power cut may cost what flowed since the last checkpoint; only more than this is worth a person's look. */
export const CHECKPOINT_ML = 100;

export type HelloDecision = {
  /** may attempts that the journal does not know be released? */
  may_disown: boolean;
  review: 'journal_new' | 'journal_went_back' | null;
};

/** H12: a replaced or older journal proves nothing about what flowed, so it releases nothing. */
export function decideHello(facts: HelloFacts): HelloDecision {
  if (facts.known_journal_id === null) return { may_disown: false, review: null };
  if (facts.known_journal_id !== facts.journal_id) return { may_disown: false, review: 'journal_new' };
  const back_by = (tap: HelloFacts['taps'][number]) =>
    tap.known === null || facts.same_boot ? 0 : tap.known.meter_total_ml - tap.meter_total_ml;
  const seqBack = facts.taps.some(({ known, seq_high }) => known !== null && seq_high < known.seq_high);
  const meterBack_ml = Math.max(0, ...facts.taps.map(back_by));
  const review = seqBack || meterBack_ml > CHECKPOINT_ML ? 'journal_went_back' : null;
  return { may_disown: !seqBack && meterBack_ml === 0, review };
}
