import { type DestinationStream, pino } from 'pino';

/** What the gateway says about itself: one JSON object a line. Never inputs, never secrets. */
export interface Logger {
  debug(fields: object, message: string): void;
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
  /** The same log, with these fields in every line. */
  child(fields: object): Logger;
}

export type LogLevel = 'debug' | 'info' | 'warn' | 'error' | 'silent';

/** Lines for people, on standard output. */
export async function prettyOutput(): Promise<DestinationStream> {
  const { default: pretty } = await import('pino-pretty');
  return pretty({ sync: true });
}

/**
 * Standard output, many lines at a time: a write for each would cost more than what most requests do. They are there after
 * a tenth of a second, and when the process ends, unless it is killed.
 */
const standardOutput = (): DestinationStream =>
  pino.destination({ sync: false, minLength: 4096, periodicFlush: 100 });

/** JSON lines to `destination`, or to standard output; what `fields` says at the moment is in each. */
export function createLogger(level: LogLevel, destination = standardOutput(), fields?: () => object): Logger {
  const mixin = fields === undefined ? {} : { mixin: fields };
  const options = { level, base: null, timestamp: pino.stdTimeFunctions.isoTime, ...mixin };
  return pino(options, destination);
}
