import { isatty } from 'node:tty';
import { type DestinationStream, pino } from 'pino';
import type { Config } from '../config/config.ts';

/** The gateway's log: one JSON object a line, without inputs and secrets. */
export interface Logger {
  debug(fields: object, message: string): void;
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
  /** The same log with these fields in every line. */
  child(fields: object): Logger;
}

export type LogLevel = 'debug' | 'info' | 'warn' | 'error' | 'silent';

async function prettyLines(destination: DestinationStream): Promise<DestinationStream> {
  const { prettyFactory } = await import('pino-pretty');
  const pretty = prettyFactory({});
  return { write: (line) => destination.write(pretty(line)) };
}

let lastMs = 0;
let lastTime = '';

/** Formats each millisecond once: under load many lines share it. */
function time(): string {
  const now = Date.now();
  if (now !== lastMs) {
    lastMs = now;
    lastTime = `,"time":"${new Date(now).toISOString()}"`;
  }
  return lastTime;
}

/** Writes JSON lines to `destination`, each with the current result of `fields`. */
export function createLogger(level: LogLevel, destination: DestinationStream, fields?: () => object): Logger {
  const mixin = fields === undefined ? {} : { mixin: fields };
  return pino({ level, base: null, timestamp: time, ...mixin }, destination);
}

const STANDARD_OUTPUT = 1;

/** The same in the configured format. */
export async function createConfiguredLogger(
  { logFormat, logLevel }: Config,
  output: DestinationStream,
  fields?: () => object,
): Promise<Logger> {
  const pretty = logFormat === 'pretty' || (logFormat === undefined && isatty(STANDARD_OUTPUT));
  return createLogger(logLevel, pretty ? await prettyLines(output) : output, fields);
}
