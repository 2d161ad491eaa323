import { createHash } from 'node:crypto';
import { badRequest } from '../../errors/aws-exception.ts';
import { recorded } from '../../errors/recorded.ts';
import { omitEmpty } from '../omit-empty.ts';
import type { Content } from './dialect.ts';
import { attempt, type Findings } from './findings.ts';
import { memberOf } from './values.ts';

export function checkModelNames(names: readonly string[], findings: Findings) {
  for (const name of names)
    attempt(findings, `Unable to create model for '${name}'`, () => {
      if (!/^[a-zA-Z0-9]+$/.test(name)) throw badRequest(recorded.modelName(name));
    });
}

/** AWS creates a model with a name of its own for a schema without one. */
const nameOf = (schema: unknown) =>
  `MODEL${createHash('sha256').update(JSON.stringify(schema)).digest('hex').slice(0, 6)}`;

/** The models by content type. One that the document does not define is left out, with a warning. */
export function readModels(
  contents: readonly Content[],
  known: ReadonlySet<string>,
  { warnings }: Findings,
): Readonly<Record<string, string>> | undefined {
  const models = contents.flatMap(([type, schema]): [string, string][] => {
    if (schema === undefined || schema === null) return [];
    const reference = memberOf(schema, '$ref');
    if (typeof reference !== 'string') return [[type, nameOf(schema)]];
    const name = reference.slice(reference.lastIndexOf('/') + 1);
    if (known.has(name)) return [[type, name]];
    warnings.push(recorded.importedModelUnknown(name));
    return [];
  });
  return omitEmpty(Object.fromEntries(models));
}
