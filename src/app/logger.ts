import { isatty } from 'node:tty';
import { type DestinationStream, pino } from 'pino';
import type { Config } from '../config/config.ts';
import { lineFormat } from '../observability/logs/line-format.ts';
import { readVersion } from './version.ts';

/** The gateway's log: one object a line, without inputs and secrets. */
export interface Logger {
  debug(fields: object, message: string): void;
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
  /** The same log with these fields in every line. */
  child(fields: object): Logger;
}

export type LogLevel = 'debug' | 'info' | 'warn' | 'error' | 'silent';

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

export type Formatted = (destination: DestinationStream) => DestinationStream;

/** Converts what is written to a destination into the configured format. */
export async function configuredFormat({ logFormat }: Config): Promise<Formatted> {
  const format = await lineFormat(logFormat ?? (isatty(STANDARD_OUTPUT) ? 'pretty' : 'json'), readVersion());
  return (destination) =>
    format === undefined ? destination : { write: (line) => destination.write(format(line)) };
}
