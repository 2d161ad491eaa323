/** Ways to the same answer for less CPU. Each may be left out: nothing but the time changes. */
export interface Shortcuts {
  /** Queries whose text comes again are compiled. */
  readonly compiles: boolean;
  /** Whole answers of compiled queries are kept, while all that they show is current. */
  readonly keepsAnswers: boolean;
}

export const allShortcuts: Shortcuts = { compiles: true, keepsAnswers: true };
