import { gatewayError } from '../errors.ts';

/** A rule for a name that ends up in a URL of AWS's. The SDK lets empty and dotted ones through to other resources. */
interface NameRule {
  readonly pattern: RegExp;
  readonly rule: string;
}

const id = { pattern: /^[A-Za-z0-9_-]{1,128}$/, rule: 'must be 1 to 128 letters and digits' };

/** By argument. Source: stage-api.md, sections 1 and 3. */
const rules = {
  restApiId: id,
  deploymentId: id,
  stageName: {
    pattern: /^[A-Za-z0-9_-]{1,128}$/,
    rule: 'must be 1 to 128 letters, digits, hyphens and underscores',
  },
} satisfies Record<string, NameRule>;

export type NameArgument = keyof typeof rules;

/** A value within an error message: quoted, escaped, and short whatever it is. */
export const quote = (value: string): string =>
  JSON.stringify(value.length > 60 ? `${value.slice(0, 60)}…` : value);

/** The sentence for a name that breaks its rule, or undefined for one that does not. */
export function nameProblem(argument: NameArgument, value: string): string | undefined {
  const { pattern, rule } = rules[argument];
  return pattern.test(value) ? undefined : `${argument} ${rule}, not ${quote(value)}.`;
}

/** Throws BAD_USER_INPUT that names every argument which breaks its rule. */
export function requireNames(names: Readonly<Partial<Record<NameArgument, string | undefined>>>): void {
  const problems = (['restApiId', 'stageName', 'deploymentId'] as const).flatMap((argument) => {
    const value = names[argument];
    return (value === undefined ? undefined : nameProblem(argument, value)) ?? [];
  });
  if (problems.length > 0) throw gatewayError('BAD_USER_INPUT', problems.join(' '));
}
