/** Ways to the same answer for less CPU. Each may be left out: nothing but the time changes. */
export interface Shortcuts {
  /** Queries whose text comes again are compiled. */
  readonly compiles: boolean;
  /** What a compiled query writes of a stored value is kept, as long as the value. */
  readonly keepsPieces: boolean;
  /** Whole answers of compiled queries are kept, while all that they show is current. */
  readonly keepsAnswers: boolean;
}

export const allShortcuts: Shortcuts = { compiles: true, keepsPieces: true, keepsAnswers: true };
