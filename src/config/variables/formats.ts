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

/** Adds its documentation to the rule of a variable. */
export function documented<Rule extends z.ZodType>(
  rule: Rule,
  meaning: string,
  more?: Omit<VariableManual, 'meaning'>,
): Rule {
  manual.add(rule, { meaning, ...more });
  return rule;
}

const either = new Intl.ListFormat('en-GB', { type: 'disjunction' });

export const oneOf = <const Words extends readonly string[]>(...words: Words) =>
  z.enum(words, { error: `must be ${either.format(words)}` });

/** A number within bounds. The message states the rule; the documentation prints it as the allowed values. */
export const number = (rule: string, check: (value: number) => boolean) =>
  z.string().transform(Number).refine(check, `must be ${rule}`);
export const isWhole = (value: number, least: number, most: number): boolean =>
  Number.isInteger(value) && value >= least && value <= most;
export const whole = (least: number, most: number) =>
  number(`a whole number from ${least} to ${most}`, (value) => isWhole(value, least, most));
export const seconds = (least: number, most: number) =>
  number(`a number of seconds from ${least} to ${most}`, (value) => value >= least && value <= most);
export const timeout = (most: number) =>
  number(`a number of seconds, more than 0 and at most ${most}`, (value) => value > 0 && value <= most);

export const port = whole(0, 65_535);
export const endpoint = z.url({
  protocol: /^https?$/,
  error: 'must be a URL that begins with http:// or https://',
});

const entriesOf = (text: string): string[] => text.split(',').map((entry) => entry.trim());

export const list = z.string().transform((text) => entriesOf(text).filter((entry) => entry !== ''));
export const listOrOff = z.string().transform((text) => (text.trim() === 'off' ? [] : entriesOf(text)));
