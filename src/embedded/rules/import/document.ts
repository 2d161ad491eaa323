import { assumed } from '../../errors/assumed.ts';
import { badRequest } from '../../errors/aws-exception.ts';
import { recorded } from '../../errors/recorded.ts';
import { type HttpMethod, httpMethods, type Method, type Resource } from '../../state/resource.ts';
import { isJsonObject, type JsonObject } from '../../wire/json.ts';
import { defaultModels } from '../resources/mapping.ts';
import type { Dialect } from './dialect.ts';
import type { Findings } from './findings.ts';
import { readMethod, type Reading } from './method.ts';
import { checkModelNames } from './models.ts';
import { openapi3 } from './openapi3.ts';
import { growTree, partsOf, type PathTree, toPathTree } from './resources.ts';
import { swagger2 } from './swagger2.ts';
import { objectOf, textOf } from './values.ts';

export const basePathModes = ['ignore', 'prepend', 'split'] as const;
export type BasePathMode = (typeof basePathModes)[number];

/** A document without a version of OpenAPI that AWS supports is rejected. */
export function dialectOf({ swagger, openapi }: JsonObject): Dialect {
  // YAML reads a version without quotes as a number.
  if (/^2(\.0)?$/.test(textOf(swagger) ?? '')) return swagger2;
  if (/^3(\.0(\.\d+)?)?$/.test(textOf(openapi) ?? '')) return openapi3;
  throw badRequest(recorded.openApiInvalid);
}

const isExtension = (name: string) => name.startsWith('x-');

function parseWarnings(document: JsonObject, dialect: Dialect): string[] {
  const unexpected = dialect.members.flatMap(({ at, names }) =>
    Object.keys(at === '' ? document : objectOf(document[at]))
      .filter((name) => !names.has(name) && !isExtension(name))
      .map((name) => recorded.unexpectedAttribute(at === '' ? name : `${at}.${name}`)),
  );
  return [...unexpected, ...dialect.warnings(document)];
}

/** The parts of the base path that precede every path; `split` leaves out the first, which names a stage. */
function basePathParts(basePath: string, mode: BasePathMode): string[] {
  const parts = partsOf(basePath).filter((part) => part !== '');
  if (mode === 'ignore') return [];
  return mode === 'prepend' ? parts : parts.slice(1);
}

const verbOf = (member: string): HttpMethod | undefined =>
  member === 'x-amazon-apigateway-any-method'
    ? 'ANY'
    : httpMethods.find((verb) => verb !== 'ANY' && verb.toLowerCase() === member);

/** An object where the document has one; anything else is left out, with a warning. */
function expectObject(value: unknown, attribute: string, { warnings }: Findings): JsonObject | undefined {
  if (isJsonObject(value)) return value;
  warnings.push(assumed.importedType(attribute, 'object'));
  return undefined;
}

function readMethods(reading: Reading, path: string, resource: Resource, pathItem: JsonObject): Method[] {
  return Object.entries(pathItem).flatMap(([member, value]) => {
    const httpMethod = verbOf(member);
    if (!httpMethod) return [];
    const operation = expectObject(value, `paths.'${path}'(${member})`, reading.findings);
    return operation ? [readMethod(reading, pathItem, operation, { path, httpMethod }, resource.id)] : [];
  });
}

export interface ResourcesInput {
  readonly document: JsonObject;
  readonly dialect: Dialect;
  readonly basePath: BasePathMode;
  readonly mode: 'merge' | 'overwrite';
  readonly before: readonly Resource[];
  readonly newId: () => string;
  readonly findings: Findings;
}

/** The models that the document may refer to; a merge keeps those that the methods have. */
function knownModels({ mode, before }: ResourcesInput, defined: JsonObject): ReadonlySet<string> {
  const methods = mode === 'merge' ? before.flatMap((item) => Object.values(item.resourceMethods)) : [];
  const kept = methods.flatMap(({ requestModels = {}, methodResponses = {} }) => [
    ...Object.values(requestModels),
    ...Object.values(methodResponses).flatMap(({ responseModels = {} }) => Object.values(responseModels)),
  ]);
  return new Set([...defaultModels, ...Object.keys(defined), ...kept]);
}

function toReading(input: ResourcesInput): Reading {
  const { document, dialect, findings, newId } = input;
  const authorizers = new Map<string, string>();
  const models = dialect.models(document);
  checkModelNames(Object.keys(models), findings);
  return {
    document,
    dialect,
    findings,
    models: knownModels(input, models),
    authorizerId(name) {
      const id = authorizers.get(name) ?? newId();
      authorizers.set(name, id);
      return id;
    },
  };
}

/** The tree that the resources of the document are added to. */
function startTree({ mode }: ResourcesInput, before: PathTree): PathTree {
  const root = before.get('');
  if (mode === 'merge') return new Map(before);
  return new Map(root ? [['', { ...root, resourceMethods: {} }]] : []);
}

/**
 * The resources of an API after an import. `overwrite` keeps no others; `merge` keeps the others, and the methods that
 * the document does not have.
 */
export function importResources(input: ResourcesInput): Resource[] {
  const { document, dialect, findings } = input;
  findings.warnings.push(...parseWarnings(document, dialect));
  const reading = toReading(input);
  const before = toPathTree(input.before);
  const tree = startTree(input, before);
  const grow = growTree(tree, before, input.newId, findings);
  const base = basePathParts(dialect.basePath(document), input.basePath);
  grow(base);
  const paths = document.paths === undefined ? {} : expectObject(document.paths, 'paths', findings);
  for (const [given, value] of Object.entries(paths ?? {})) {
    if (isExtension(given)) continue;
    if (!given.startsWith('/')) {
      findings.warnings.push(recorded.pathWithoutSlash(given));
      continue;
    }
    const parts = [...base, ...(given === '/' ? [] : partsOf(given))];
    const path = `/${parts.join('/')}`;
    const pathItem = expectObject(value, `paths.'${given}'`, findings);
    const resource = grow(parts);
    if (!resource || !pathItem) continue;
    const methods = readMethods(reading, path, resource, pathItem);
    const defined = methods.map((method) => [method.httpMethod, method] as const);
    tree.set(path === '/' ? '' : path, {
      ...resource,
      resourceMethods: { ...resource.resourceMethods, ...Object.fromEntries(defined) },
    });
  }
  return [...tree.values()];
}
