/** Ways to the same answer for less CPU. Each may be left out: nothing but the time changes. */
export interface Shortcuts {
  /** Queries whose text comes again are compiled. */
  readonly compiles: boolean;
  /** What a compiled query writes of a stored value is kept, as long as the value. */
  readonly keepsPieces: boolean;
  /** Whole answers of compiled queries are kept, while all that they show is current. */
  readonly keepsAnswers: boolean;
}

/** By the names that people switch them by. */
export const shortcutNames = ['compiled', 'pieces', 'answers'] as const;

export type ShortcutName = (typeof shortcutNames)[number];

export const shortcutsNamed = (names: readonly ShortcutName[]): Shortcuts => ({
  compiles: names.includes('compiled'),
  keepsPieces: names.includes('pieces'),
  keepsAnswers: names.includes('answers'),
});

export const allShortcuts = shortcutsNamed(shortcutNames);

/** For where nothing is stored: what is kept of a value would never be found again. */
export const withoutKeeping = (shortcuts: Shortcuts): Shortcuts => ({
  ...shortcuts,
  keepsPieces: false,
  keepsAnswers: false,
});
