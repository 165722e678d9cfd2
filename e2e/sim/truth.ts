/** One pour as it physically was, whatever anybody wrote down: only the checker looks at these. */
export type TruePour = {
  readonly client_tx_id: string;
  readonly tap_id: number;
  /** what ran through the meter for it, also what nobody was there to count */
  physical_ml: number;
  rate_ml_s: number;
  /** when the valve was open; `to` null: still open */
  readonly open: { from: number; to: number | null }[];
  /** as its node's journal has it on the disk */
  ended: { ml: number; reason: string } | null;
  /** the power went while it was not written down */
  power_cut: boolean;
  /** the SD card with its rows was thrown away, or replaced by an older image */
  journal_lost: boolean;
  /** every verdict that its node has heard, with the volume that it was given for */
  readonly told: { verdict: string; metered_ml: number }[];
};

export class Truth {
  readonly pours = new Map<string, TruePour>();
  /** what guests have put on their accounts, by their hands */
  readonly paid_in = new Map<number, number>();
  /** what was entered by hand, by grant */
  readonly by_hand = new Map<string, number>();

  pourOf(client_tx_id: string, tap_id: number): TruePour {
    const known = this.pours.get(client_tx_id);
    if (known) return known;
    const pour: TruePour = {
      client_tx_id,
      tap_id,
      physical_ml: 0,
      rate_ml_s: 0,
      open: [],
      ended: null,
      power_cut: false,
      journal_lost: false,
      told: [],
    };
    this.pours.set(client_tx_id, pour);
    return pour;
  }
}
