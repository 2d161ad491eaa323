import { badRequest } from '../../errors/aws-exception.ts';
import { recorded } from '../../errors/recorded.ts';

type Texts = Readonly<Record<string, string>>;

const check = (errors: readonly string[]) => {
  if (errors.length > 0) throw badRequest(recorded.mappingInvalid(errors));
};

/** Every name must match `pattern`. */
export const checkNames = (names: readonly string[], pattern: RegExp) =>
  check(names.filter((name) => !pattern.test(name)).map(recorded.mappingExpression));

/** The parameters that a method declares. */
export const requestParameter = /^method\.request\.(querystring|header|path)\.(?<name>\S+)$/;
/** The headers that a method response declares. */
export const responseParameter = /^method\.response\.header\.\S+$/;

const requestTarget = /^integration\.request\.(multivalue)?(querystring|header|path)\.\S+$/;
const constant = /^('.*'|(context|stageVariables)\.\S+)$/s;
const requestBody = /^method\.request\.body(\.\S+)?$/;
const responseSource = /^integration\.response\.((multivalue)?header\.\S+|body(\.\S+)?)$/;
const declarable = /^method\.request\.(multivalue)?(querystring|header|path)\.\S+$/;

const isDeclared = (source: string, declared: object) =>
  Object.hasOwn(declared, source.replace('.multivalue', '.'));

const sourceErrors = (source: string, declared: object): string[] => {
  if (constant.test(source) || requestBody.test(source)) return [];
  if (!declarable.test(source)) return [recorded.mappingExpression(source)];
  return isDeclared(source, declared) ? [] : [recorded.mappingParameter(source)];
};

/** Targets are parameters of the backend's request; sources that are parameters must be `declared` by the method. */
export const checkRequestMapping = (mapping: Texts | undefined, declared: object | undefined) =>
  check(
    Object.entries(mapping ?? {}).flatMap(([target, source]) => [
      ...(requestTarget.test(target) ? [] : [recorded.mappingExpression(target)]),
      ...sourceErrors(source, declared ?? {}),
    ]),
  );

/** Targets must be `declared` by the method response of the same status code. */
export const checkResponseMapping = (mapping: Texts | undefined, declared: object | undefined) =>
  check(
    Object.entries(mapping ?? {}).flatMap(([target, source]) => [
      ...(Object.hasOwn(declared ?? {}, target) ? [] : [recorded.mappingParameter(target)]),
      ...(constant.test(source) || responseSource.test(source) ? [] : [recorded.mappingExpression(source)]),
    ]),
  );

/** A cache key is a parameter of the method, or one of the backend's request. */
export const checkCacheKeys = (keys: readonly string[], declared: object, mapping: object) =>
  check(
    keys
      .filter((key) => !isDeclared(key, declared) && !Object.hasOwn(mapping, key))
      .map(recorded.mappingParameter),
  );

/** Templates are by content type. */
export function checkTemplates(templates: Texts | undefined) {
  const invalid = Object.keys(templates ?? {}).filter((type) => !/^[^\s/]+\/[^\s/]/.test(type));
  if (invalid.length > 0) throw badRequest(recorded.contentTypes(invalid));
}

/** AWS creates these with every API. */
export const defaultModels: readonly string[] = ['Empty', 'Error'];

/** Other models come from an import only, and are `known` where the method has them already. */
export function checkModels(given: Texts | undefined, known: Texts | undefined) {
  const models = new Set([...defaultModels, ...Object.values(known ?? {})]);
  const unknown = Object.values(given ?? {}).find((model) => !models.has(model));
  if (unknown !== undefined) throw badRequest(recorded.modelUnknown(unknown));
}

/** The names after `method.request.{location}.` */
export function checkUniqueNames(parameters: readonly string[]) {
  const names = parameters.map((parameter) => requestParameter.exec(parameter)?.groups?.name);
  if (new Set(names).size !== names.length) throw badRequest(recorded.parameterNames);
}
