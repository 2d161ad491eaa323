import { z } from 'zod';

/** The documentation of a variable: `--help`, docs/configuration.md and .env.example are generated from it. */
export interface VariableManual {
  /** What it does, its unit, and what a wrong choice leads to; in Markdown, without a line break. */
  readonly meaning: string;
  /** The default in words, where it is not a fixed value. */
  readonly otherwise?: string;
  /** The value is never printed. */
  readonly secret?: true;
}

export const manual = z.registry<VariableManual>();

/** A number within bounds. The message states the rule; the documentation prints it as the allowed values. */
export const number = (rule: string, check: (value: number) => boolean) =>
  z.string().transform(Number).refine(check, `must be ${rule}`);
export const from = (least: number, most: number) => (value: number) => value >= least && value <= most;
export const whole = (least: number, most: number) => (value: number) =>
  Number.isInteger(value) && from(least, most)(value);

export const port = number('a whole number from 0 to 65535', whole(0, 65_535));
export const seconds = number(
  'a number of seconds, more than 0 and at most 300',
  (value) => value > 0 && value <= 300,
);
export const endpoint = z.url({
  protocol: /^https?$/,
  error: 'must be a URL that begins with http:// or https://',
});

export const list = z
  .string()
  .transform((text) => text.split(',').map((part) => part.trim()))
  .transform((parts) => parts.filter((part) => part !== ''));
