/** Anything thrown, as the Error that DataLoader takes for one key. */
export const asError = (thrown: unknown): Error =>
  thrown instanceof Error ? thrown : new Error(String(thrown));
