import {
  type DetailedError,
  policySetTextToParts,
  policyToJson,
  type PolicyJson,
  validate,
  type ValidationError,
} from '@cedar-policy/cedar-wasm/nodejs';
import { cedarSchema } from './cedar-schema.ts';
import { tooLargeFor, unreadable } from './nesting.ts';

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

/** What is wrong or not meant, at a character of the file. */
interface Finding {
  readonly offset: number;
  readonly message: string;
}

/** A line for each finding, in the order of the file, with line and column from 1. */
function linesOf(path: string, text: string, findings: readonly Finding[]): string[] {
  const sorted = findings.toSorted((a, b) => a.offset - b.offset || (a.message < b.message ? -1 : 1));
  const lines = sorted.map(({ offset, message }) => {
    const before = text.slice(0, offset).split('\n');
    return `${path}:${before.length}:${(before.at(-1)?.length ?? 0) + 1}: ${message}`;
  });
  return [...new Set(lines)];
}

/** A finding for each error of Cedar, which counts the bytes of UTF-8 and hangs all but the first on that one. */
function findingsOf(text: string, errors: readonly DetailedError[]): Finding[] {
  return errors.flatMap(({ message, help, sourceLocations = [], related = [] }) => {
    const [at] = sourceLocations;
    const expected = at?.label == null ? '' : `; ${at.label}`;
    const advice = help === null ? '' : ` (${help})`;
    const sentence = `${message}${expected}${advice}`
      .replace('failed to parse policies from string: ', '')
      // Cedar's own number of the policy: the place says which one it is, and another one may have this @id.
      .replace(/for policy `policy\d+`, /, '');
    const offset = Buffer.from(text)
      .subarray(0, at?.start ?? 0)
      .toString().length;
    return [{ offset, message: sentence }, ...findingsOf(text, related)];
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

/** A policy of the file, with its place. */
interface PlacedPolicy extends NamedPolicy {
  readonly offset: number;
}

function placedPolicies(text: string, policies: readonly string[]): PlacedPolicy[] {
  let end = 0;
  return inOrderOfFile(policies).map((each, index) => {
    const offset = text.indexOf(each, end);
    end = offset + each.length;
    const policy = policyOf(each);
    return { name: policy.annotations?.id ?? `policy${index}`, policy, offset };
  });
}

function repeatedNames(policies: readonly PlacedPolicy[]): Finding[] {
  const names = policies.map(({ name }) => name);
  return policies
    .filter(({ name }, index) => names.indexOf(name) < index)
    .map(({ name, offset }) => ({ offset, message: `another policy has the id ${JSON.stringify(name)}` }));
}

const unreadablePolicies = (policies: readonly PlacedPolicy[]): Finding[] =>
  policies.flatMap(({ policy, offset }) => {
    const message = unreadable(policy);
    return message === undefined ? [] : [{ offset, message }];
  });

/** Reads the text of a policy file and validates it against the schema. */
export function readPolicies(path: string, text: string): PolicyFile {
  if (Buffer.byteLength(text) > MAX_BYTES) return { problems: [`${path}: has more than ${MAX_BYTES} bytes`] };
  const lines = (...findings: readonly Finding[]): string[] => linesOf(path, text, findings);
  const tooLarge = tooLargeFor(text);
  if (tooLarge !== undefined) return { problems: lines(tooLarge) };
  const parts = policySetTextToParts(text);
  if (parts.type === 'failure') return { problems: lines(...findingsOf(text, parts.errors)) };
  const [template] = parts.policy_templates;
  if (template !== undefined) {
    const message = 'templates (?principal, ?resource) are not supported: write a policy';
    return { problems: lines({ offset: Math.max(0, text.indexOf(template)), message }) };
  }
  const answer = validate({ schema: cedarSchema, policies: { staticPolicies: text } });
  if (answer.type === 'failure') return { problems: lines(...findingsOf(text, answer.errors)) };
  const errorsOf = (errors: readonly ValidationError[]): Finding[] =>
    findingsOf(
      text,
      errors.map(({ error }) => error),
    );
  const placed = placedPolicies(text, parts.policies);
  const problems = lines(
    ...errorsOf(answer.validationErrors),
    ...repeatedNames(placed),
    ...unreadablePolicies(placed),
  );
  if (problems.length > 0) return { problems };
  return {
    policies: placed.map(({ name, policy }) => ({ name, policy })),
    warnings: lines(...errorsOf(answer.validationWarnings)),
  };
}
