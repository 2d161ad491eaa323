import { readFileSync } from 'node:fs';
import { Ajv, type ErrorObject } from 'ajv';
import { readYaml } from '../config/read-yaml.ts';
import { isObject } from '../untrusted/unknown-value.ts';
import { FileProblems } from './file-problems.ts';

/** The published JSON Schema; the same path from `src` and from `dist`. */
const SCHEMA = new URL('../../docs/stage-file.schema.json', import.meta.url);

/** How a stage is to be, as a file says it: the input of applyStage without what belongs to one moment. */
export interface DefinitionFile {
  readonly input: Readonly<Record<string, unknown>>;
  /** Where in the file a value of the input is, as text. */
  readonly placeOf: (path: readonly PropertyKey[]) => string;
}

/** `/desired/variables/0` as the members and indexes that lead there. */
const pathOf = ({ instancePath, keyword, params }: ErrorObject): PropertyKey[] => {
  const path = instancePath
    .split('/')
    .slice(1)
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'))
    .map((part) => (/^\d+$/.test(part) ? Number(part) : part));
  const unknown: unknown = keyword === 'additionalProperties' ? params.additionalProperty : undefined;
  return typeof unknown === 'string' ? [...path, unknown] : path;
};

function messageOf({ keyword, message = 'is invalid', params }: ErrorObject): string {
  if (keyword === 'additionalProperties') return 'is not known';
  if (keyword === 'type') return message.replaceAll(',', ' or ');
  const allowed: unknown = params.allowedValues;
  return Array.isArray(allowed)
    ? `must be one of ${allowed.filter((each) => each !== null).join(', ')}`
    : message;
}

const nameOf = (path: readonly PropertyKey[]): string =>
  path.length === 0 ? 'the file' : path.map(String).join('.');

function validate(path: string, value: unknown, at: (path: readonly PropertyKey[]) => string): void {
  const schema: unknown = JSON.parse(readFileSync(SCHEMA, 'utf8'));
  if (!isObject(schema)) throw new Error('the JSON Schema of stage files is broken');
  const check = new Ajv({ allErrors: true, allowUnionTypes: true }).compile(schema);
  if (check(value)) return;
  const problems = (check.errors ?? []).map((error) => {
    const place = pathOf(error);
    return `${path}:${at(place)}: ${nameOf(place)} ${messageOf(error)}.`;
  });
  throw new FileProblems(problems);
}

/** Reads YAML or JSON. Throws FileProblems with every problem, its line and its column. */
export function readDefinitionFile(path: string): DefinitionFile {
  const found = readYaml(path, readFileSync(path, 'utf8'));
  if ('problems' in found) throw new FileProblems(found.problems);
  const { value: input } = found;
  const at = (place: readonly PropertyKey[]): string => {
    const { line, col } = found.positionOf(place);
    return `${line}:${col}`;
  };
  validate(path, input, at);
  if (!isObject(input)) throw new FileProblems([`${path}:1:1: the file must be an object.`]);
  return { input: { ...input }, placeOf: at };
}
