import { parseArgs, type ParseArgsConfig } from 'node:util';

/** A command line that is wrong. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** The values of a command's flags. Throws a UsageError for a flag that the command does not have, and for a positional. */
export function parseFlags<const Flags extends NonNullable<ParseArgsConfig['options']>>(
  args: readonly string[],
  options: Flags,
): ReturnType<typeof parseArgs<{ args: string[]; options: Flags }>>['values'] {
  try {
    return parseArgs({ args: [...args], options }).values;
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}
