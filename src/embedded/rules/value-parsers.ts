import { assumed } from '../errors/assumed.ts';
import { badRequest } from '../errors/aws-exception.ts';
import { recorded } from '../errors/recorded.ts';

const invalidValue = (path: string, value: string, expected: string) =>
  badRequest(assumed.patchValue(path, value, expected));

export function parseBoolean(path: string, value: string): boolean {
  if (value === 'true' || value === 'false') return value === 'true';
  throw invalidValue(path, value, 'true or false');
}

export function parseChoice<T extends string>(path: string, value: string, choices: readonly T[]): T {
  const choice = choices.find((candidate) => candidate === value);
  if (choice === undefined) throw invalidValue(path, value, `one of: [${choices.join(', ')}]`);
  return choice;
}

/** Decimal notation only: `Number` also accepts `Infinity`, hexadecimal and blanks. */
export function parseDouble(value: string): number | undefined {
  const number = /^-?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(value) ? Number(value) : undefined;
  return number !== undefined && Number.isFinite(number) ? number : undefined;
}

/** -1 disables throttling of the method, 0 blocks it (docs/stage-api.md §5). */
export function parseRate(path: string, value: string): number {
  const rate = parseDouble(value);
  if (rate === undefined || (rate < 0 && rate !== -1)) throw invalidValue(path, value, 'a number, or -1');
  return rate;
}

export function parseBurst(path: string, value: string): number {
  const burst = /^-?\d{1,10}$/.test(value) ? Number(value) : undefined;
  if (burst === undefined || burst < -1 || burst > 2 ** 31 - 1)
    throw invalidValue(path, value, 'an integer, or -1');
  return burst;
}

export function parseTtl(value: string): number {
  if (/^\d{1,9}$/.test(value) && Number(value) <= 3600) return Number(value);
  throw badRequest(recorded.timeToLive);
}
