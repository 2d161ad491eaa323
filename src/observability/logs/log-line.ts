import { pino } from 'pino';
import { z } from 'zod';

/** Turns one line of JSON, as pino writes it, into a line of another format. */
export type LineFormat = (line: string) => string;

type Value = z.core.util.JSONType;

/** Not checked: what JSON.parse returns is JSON. Checking each value would take longer than all else. */
const anyJson = z.custom<Value>();

const pinoLine = z
  .object({
    time: z.string(),
    level: z.number(),
    msg: z.string().default(''),
    log: z.string().optional(),
    err: z
      .string()
      .transform((message) => ({ message }))
      .or(z.record(z.string(), anyJson))
      .default({})
      .catch({}),
    traceId: z.string().optional(),
    spanId: z.string().default(''),
    traceFlags: z.number().default(0),
  })
  .catchall(anyJson);

/** A line of the log: what every format has a place for, and the other fields. */
export function parseLine(line: string) {
  const { time, level, msg, log, err, traceId, spanId, traceFlags, ...fields } = pinoLine.parse(
    JSON.parse(line),
  );
  const span = traceId === undefined ? undefined : { traceId, spanId, traceFlags };
  return { time, level: pino.levels.labels[level] ?? 'info', message: msg, log, err, span, fields };
}

const snakeCase = (name: string): string => name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

/** Renames fields as `names` say; the others get the prefix, so that they meet none of the format's own. Drops null. */
export function createRenaming(names: Readonly<Record<string, string>>, prefix = 'stagegraph') {
  const known = new Map(Object.entries(names));
  return (fields: Readonly<Record<string, Value>>): Record<string, Value> => {
    const renamed: Record<string, Value> = {};
    for (const [name, value] of Object.entries(fields)) {
      if (value === null) continue;
      let wanted = known.get(name);
      if (wanted === undefined) {
        wanted = `${prefix}.${snakeCase(name)}`;
        known.set(name, wanted);
      }
      renamed[wanted] = value;
    }
    return renamed;
  };
}
