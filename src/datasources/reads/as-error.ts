/** Whatever was thrown, as the Error that DataLoader wants in a slot. */
export const asError = (thrown: unknown): Error =>
  thrown instanceof Error ? thrown : new Error(String(thrown));
