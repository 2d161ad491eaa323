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

/** Makes lines for people of lines of JSON. */
export async function prettyLines(destination: DestinationStream): Promise<DestinationStream> {
  const { prettyFactory } = await import('pino-pretty');
  const pretty = prettyFactory({});
  return { write: (line) => destination.write(pretty(line)) };
}

let lastMs = 0;
let lastTime = '';

/** The time of a line. On a busy day many lines are of the same millisecond. */
function time(): string {
  const now = Date.now();
  if (now !== lastMs) {
    lastMs = now;
    lastTime = `,"time":"${new Date(now).toISOString()}"`;
  }
  return lastTime;
}

/** JSON lines to `destination`; what `fields` says at the moment is in each. */
export function createLogger(level: LogLevel, destination: DestinationStream, fields?: () => object): Logger {
  const mixin = fields === undefined ? {} : { mixin: fields };
  const options = { level, base: null, timestamp: time, ...mixin };
  return pino(options, destination);
}
