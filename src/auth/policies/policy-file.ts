import {
  type DetailedError,
  policySetTextToParts,
  policyToJson,
  type PolicyJson,
  validate,
} from '@cedar-policy/cedar-wasm/nodejs';
import { cedarSchema } from './cedar-schema.ts';

/** A policy of the file. */
export interface NamedPolicy {
  /** Its annotation `@id`, else `policy` and its number in the file, from 0. */
  readonly name: string;
  readonly policy: PolicyJson;
}

/** The policies of a file in their order, or what is wrong with it; problems and warnings are a line each. */
export type PolicyFile =
  | { readonly problems: readonly string[] }
  | { readonly policies: readonly NamedPolicy[]; readonly warnings: readonly string[] };

const MAX_BYTES = 1024 * 1024;

/** Line and column, from 1. Cedar counts the bytes of UTF-8. */
function placeAt(text: string, offset: number): string {
  const before = Buffer.from(text).subarray(0, offset).toString().split('\n');
  return `${before.length}:${(before.at(-1)?.length ?? 0) + 1}`;
}

/** A sentence for each error of Cedar, with its place in the file. */
function describe(path: string, text: string, errors: readonly DetailedError[]): string[] {
  return errors.map(({ message, help, sourceLocations = [] }) => {
    const [at] = sourceLocations;
    const expected = at?.label == null ? '' : `; ${at.label}`;
    const advice = help === null ? '' : ` (${help})`;
    const what = message.replace('failed to parse policies from string: ', '');
    return `${path}:${placeAt(text, at?.start ?? 0)}: ${what}${expected}${advice}`;
  });
}

/** Cedar numbers the policies of a text from 0, and sorts them by this name. */
const inOrderOfFile = (policies: readonly string[]): string[] => {
  const numbers = policies.map((_, index) => String(index)).sort();
  const placed = policies.map((policy, index) => ({ policy, at: Number(numbers[index]) }));
  return placed.sort((a, b) => a.at - b.at).map(({ policy }) => policy);
};

function policyOf(text: string): PolicyJson {
  const answer = policyToJson(text);
  if (answer.type === 'success') return answer.json;
  throw new Error(
    `Cedar cannot read its own policy: ${answer.errors.map(({ message }) => message).join('; ')}`,
  );
}

function repeatedNames(path: string, policies: readonly NamedPolicy[]): string[] {
  const names = policies.map(({ name }) => name);
  const repeated = new Set(names.filter((name, index) => names.indexOf(name) < index));
  return [...repeated].map((name) => `${path}:1:1: two policies have the id ${JSON.stringify(name)}`);
}

/** Reads the text of a policy file and validates it against the schema. */
export function readPolicies(path: string, text: string): PolicyFile {
  if (Buffer.byteLength(text) > MAX_BYTES) return { problems: [`${path}: has more than ${MAX_BYTES} bytes`] };
  const parts = policySetTextToParts(text);
  if (parts.type === 'failure') return { problems: describe(path, text, parts.errors) };
  if (parts.policy_templates.length > 0) {
    return { problems: [`${path}:1:1: templates (?principal, ?resource) are not supported: write a policy`] };
  }
  const answer = validate({ schema: cedarSchema, policies: { staticPolicies: text } });
  if (answer.type === 'failure') return { problems: describe(path, text, answer.errors) };
  const { validationErrors, validationWarnings } = answer;
  const policies = inOrderOfFile(parts.policies).map((each, index) => {
    const policy = policyOf(each);
    return { name: policy.annotations?.id ?? `policy${index}`, policy };
  });
  const problems = [
    ...describe(
      path,
      text,
      validationErrors.map(({ error }) => error),
    ),
    ...repeatedNames(path, policies),
  ];
  if (problems.length > 0) return { problems };
  return {
    policies,
    warnings: describe(
      path,
      text,
      validationWarnings.map(({ error }) => error),
    ),
  };
}
