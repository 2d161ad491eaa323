import { failedWith, type UpstreamFailure } from '../../errors/upstream-error.ts';

/** Anything thrown, as the Error that DataLoader takes for one key. */
export const asError = (thrown: unknown): Error =>
  thrown instanceof Error ? thrown : new Error(String(thrown));

/** What a read brings, or null if it fails for one of these reasons. */
export async function nullIf<Value>(
  read: Promise<Value> | Value,
  ...failures: readonly UpstreamFailure[]
): Promise<Value | null> {
  try {
    return await read;
  } catch (error) {
    if (failedWith(error, ...failures)) return null;
    throw error;
  }
}
