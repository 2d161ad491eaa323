import { readFileSync } from 'node:fs';
import { loadAwsServiceSpecSync } from '@aws-cdk/aws-service-spec';
import { type CollectionTag, parseDocument, type ScalarTag } from 'yaml';

/** A function of CloudFormation: its value is known only there. */
export class Intrinsic {
  readonly name: string;
  readonly argument: unknown;
  constructor(name: string, argument: unknown) {
    this.name = name;
    this.argument = argument;
  }
}

type Members = Readonly<Record<string, unknown>>;

/** A parameter of a template. */
export interface Parameter {
  readonly Type: string;
  readonly Default?: string | number;
  readonly AllowedPattern?: string;
}

export interface Template {
  readonly Parameters: Readonly<Record<string, Parameter>>;
  readonly Rules?: Members;
  readonly Conditions?: Members;
  readonly Resources: Readonly<
    Record<string, { readonly Type: string; readonly Condition?: string; readonly Properties: Members }>
  >;
  readonly Outputs?: Members;
}

const functions = ['Ref', 'Sub', 'GetAtt', 'If', 'Equals', 'Not', 'Or', 'Split', 'Condition'];
const customTags = functions.flatMap((name): (ScalarTag | CollectionTag)[] => [
  { tag: `!${name}`, resolve: (text) => new Intrinsic(name, text) },
  { tag: `!${name}`, collection: 'seq', resolve: (sequence) => new Intrinsic(name, sequence.toJSON()) },
]);

/** Throws for a function that is not among those above. */
export function readTemplate(path: string): Template {
  const text = readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');
  const document = parseDocument(text, { customTags });
  const [problem] = [...document.errors, ...document.warnings];
  if (problem !== undefined) throw problem;
  return document.toJS() as Template;
}

/** All functions in a value, at any depth. */
export function intrinsicsOf(value: unknown): Intrinsic[] {
  if (value instanceof Intrinsic) return [value, ...intrinsicsOf(value.argument)];
  if (typeof value !== 'object' || value === null) return [];
  return Object.values(value).flatMap(intrinsicsOf);
}

/** The values that an expression may have: both branches of every condition. */
export function branchesOf(value: unknown): unknown[] {
  if (!(value instanceof Intrinsic) || value.name !== 'If') return [value];
  const [, whenTrue, otherwise] = value.argument as readonly unknown[];
  return [...branchesOf(whenTrue), ...branchesOf(otherwise)];
}

const specification = loadAwsServiceSpecSync();
type Resource = ReturnType<typeof specification.all<'resource'>>[number];
type Properties = Resource['properties'];
type PropertyType = Properties[string]['type'];

const plainTypes: Readonly<Record<string, (value: unknown) => boolean>> = {
  string: (value) => typeof value === 'string',
  integer: (value) => Number.isInteger(value),
  number: (value) => typeof value === 'number',
  boolean: (value) => typeof value === 'boolean',
};

const isObject = (value: unknown): value is Members =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function membersProblems(value: unknown, properties: Properties, at: string): string[] {
  if (!isObject(value)) return [`${at} is no object`];
  const missing = Object.keys(properties).filter(
    (name) => properties[name]?.required === true && !(name in value),
  );
  return [
    ...missing.map((name) => `${at}.${name} is missing`),
    ...Object.entries(value).flatMap(([name, member]) => {
      const property = properties[name];
      return property === undefined
        ? [`${at}.${name} is unknown`]
        : valueProblems(member, property.type, `${at}.${name}`);
    }),
  ];
}

function valueProblems(given: unknown, type: PropertyType, at: string): string[] {
  return branchesOf(given).flatMap((value) => {
    if (value instanceof Intrinsic) return [];
    if (type.type === 'ref')
      return membersProblems(value, specification.get('typeDefinition', type.reference).properties, at);
    if (type.type === 'array') {
      if (!Array.isArray(value)) return [`${at} is no list`];
      return value.flatMap((element, index) => valueProblems(element, type.element, `${at}[${index}]`));
    }
    if (type.type === 'map') {
      if (!isObject(value)) return [`${at} is no object`];
      return Object.entries(value).flatMap(([name, member]) =>
        valueProblems(member, type.element, `${at}.${name}`),
      );
    }
    if (type.type === 'union') {
      const fits = type.types.some((one) => valueProblems(value, one, at).length === 0);
      return fits ? [] : [`${at} is of no type of its union`];
    }
    return plainTypes[type.type]?.(value) === false ? [`${at} is no ${type.type}`] : [];
  });
}

/** What is wrong with the resources of a template, by AWS's own specification of their types. */
export const resourceProblems = ({ Resources }: Template): string[] =>
  Object.entries(Resources).flatMap(([name, { Type, Properties }]) => {
    const [resource] = specification.lookup('resource', 'cloudFormationType', 'equals', Type);
    return resource === undefined
      ? [`${Type} is unknown`]
      : membersProblems(Properties, resource.properties, name);
  });
