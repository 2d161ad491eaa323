import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import {
  type DocumentNode,
  type GraphQLArgument,
  type GraphQLNamedOutputType,
  type GraphQLObjectType,
  type GraphQLSchema,
  getNamedType,
  isEnumType,
  isLeafType,
  isObjectType,
  isRequiredArgument,
  Kind,
  OperationTypeNode,
  parse,
  validate,
} from 'graphql';
import ts from 'typescript';

export interface Operation {
  readonly query: string;
  readonly variables: Record<string, unknown>;
}

const root = join(import.meta.dirname, '../../..');

/** Every string in a source file. */
function textsOf(file: string): string[] {
  const source = ts.createSourceFile(file, readFileSync(file, 'utf8'), ts.ScriptTarget.Latest);
  const found: string[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isStringLiteral(node) || ts.isNoSubstitutionTemplateLiteral(node)) found.push(node.text);
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

const filesIn = (folder: string, ending: string): string[] =>
  readdirSync(join(root, folder), { recursive: true })
    .map(String)
    .filter((name) => name.endsWith(ending))
    .map((name) => join(root, folder, name));

/** Values of a variable, by its name. The first is in the sample data. */
const pool: Readonly<Record<string, readonly unknown[]>> = {
  restApiId: ['petstore01', 'orders0002', 'search0004', 'nothere001', ''],
  stageName: ['dev', 'prod', 'live', 'nothere', 'not a name'],
  deploymentId: ['dep001', 'dep002', 'nothere'],
  first: [25, 1, 2, 0, 501],
  after: [null, 'MTo', 'garbage'],
  resourcePath: ['/pets', '/', '*', '/nowhere', 'no path'],
  httpMethod: ['GET', 'POST', 'ALL', 'DELETE'],
  id: [
    'U3RhZ2U6YXdzOjAwMDAwMDAwMDAwMDp1cy1lYXN0LTE6cGV0c3RvcmUwMTpwcm9k',
    'UmVzdEFwaTphd3M6MDAwMDAwMDAwMDAwOnVzLWVhc3QtMTpwZXRzdG9yZTAx',
    'petstore01',
  ],
  ids: [
    [
      'U3RhZ2U6YXdzOjAwMDAwMDAwMDAwMDp1cy1lYXN0LTE6cGV0c3RvcmUwMTpwcm9k',
      'UmVzdEFwaTphd3M6MDAwMDAwMDAwMDAwOnVzLWVhc3QtMTpwZXRzdG9yZTAx',
    ],
    ['petstore01'],
    [],
  ],
  nameContains: ['pet', 'E', 'nothing', '', null],
  newestFirst: [true, false, null],
  hasCanary: [true, false, null],
  representations: [
    [
      { __typename: 'Stage', restApiId: 'petstore01', stageName: 'prod' },
      { __typename: 'RestApi', restApiId: 'petstore01' },
      { __typename: 'RestApiDeployment', restApiId: 'petstore01', deploymentId: 'dep001' },
      { __typename: 'Stage', restApiId: 'petstore01', stageName: 'nothere' },
    ],
    [{ __typename: 'Stage', restApiId: 'petstore01', stageName: 'dev' }],
    [{ __typename: 'Nothing' }],
    [],
  ],
};

const isQuery = ({ definitions }: DocumentNode): boolean =>
  definitions.some((one) => 'operation' in one && one.operation === OperationTypeNode.QUERY);

function parsed(text: string, schema: GraphQLSchema): DocumentNode | undefined {
  if (!text.includes('{')) return undefined;
  try {
    const document = parse(text);
    return isQuery(document) && validate(schema, document).length === 0 ? document : undefined;
  } catch {
    return undefined;
  }
}

/** Values of a document's variables, if their names are known; the others are omitted. */
function variablesOf(document: DocumentNode): Record<string, unknown> {
  const names = document.definitions.flatMap((definition) =>
    definition.kind === Kind.OPERATION_DEFINITION
      ? (definition.variableDefinitions ?? []).map(({ variable }) => variable.name.value)
      : [],
  );
  return Object.fromEntries(names.flatMap((name) => (name in pool ? [[name, pool[name]?.[0]]] : [])));
}

/** Every valid query in the tests, the README and the documentation. */
export function writtenQueries(schema: GraphQLSchema): Operation[] {
  const fenced = [join(root, 'README.md'), ...filesIn('docs', '.md')].flatMap((file) =>
    [...readFileSync(file, 'utf8').matchAll(/```graphql\n(.*?)```/gs)].map(([, text = '']) => text),
  );
  const texts = new Set([...filesIn('test', '.ts').flatMap(textsOf), ...fenced]);
  return [...texts].flatMap((query) => {
    const document = parsed(query, schema);
    return document === undefined ? [] : [{ query, variables: variablesOf(document) }];
  });
}

interface Selection {
  readonly text: string;
  readonly variables: Record<string, unknown>;
  readonly declarations: readonly string[];
}

const typeOfVariable = (argument: GraphQLArgument): string => String(argument.type);

/** One argument, as a literal or as a variable of this name. */
function argument(arg: GraphQLArgument, variable: string): fc.Arbitrary<Selection> {
  const values = pool[arg.name] ?? [null];
  return fc
    .record({ value: fc.constantFrom(...values), byVariable: fc.boolean() })
    .map(({ value, byVariable }) => {
      if (byVariable || typeof value === 'object') {
        return {
          text: `${arg.name}: $${variable}`,
          variables: { [variable]: value },
          declarations: [`$${variable}: ${typeOfVariable(arg)}`],
        };
      }
      const literal =
        isEnumType(getNamedType(arg.type)) && typeof value === 'string' ? value : JSON.stringify(value);
      return { text: `${arg.name}: ${literal}`, variables: {}, declarations: [] };
    });
}

const together = (parts: readonly Selection[], separator: string): Selection => ({
  text: parts.map(({ text }) => text).join(separator),
  variables: Object.assign({}, ...parts.map(({ variables }) => variables)) as Record<string, unknown>,
  declarations: parts.flatMap(({ declarations }) => declarations),
});

let counter = 0;
const next = (): string => `v${counter++}`;

/** Selections of a type, up to a depth. */
function selectionOf(
  schema: GraphQLSchema,
  type: GraphQLNamedOutputType,
  depth: number,
): fc.Arbitrary<Selection> {
  if (isLeafType(type)) return fc.constant({ text: '', variables: {}, declarations: [] });
  if (!isObjectType(type)) {
    const fragments = schema.getPossibleTypes(type).map((one) =>
      selectionOf(schema, one, depth - 1).map((inner) => ({
        ...inner,
        text: `... on ${one.name} ${inner.text}`,
      })),
    );
    return fc.tuple(...fragments).map((parts) => {
      const all = together(parts, ' ');
      return { ...all, text: `{ __typename ${all.text} }` };
    });
  }
  const fields = Object.values(type.getFields()).filter(
    (field) => depth > 0 || isLeafType(getNamedType(field.type)),
  );
  if (fields.length === 0) return fc.constant({ text: '{ __typename }', variables: {}, declarations: [] });
  const one = fc.constantFrom(...fields).chain((field) =>
    fc
      .record({
        args: fc.tuple(...field.args.map((arg) => argument(arg, next()))),
        given: fc.array(fc.boolean(), { minLength: field.args.length, maxLength: field.args.length }),
        inner: selectionOf(schema, getNamedType(field.type), depth - 1),
        condition: fc.constantFrom('', '', '', 'skip', 'include'),
        holds: fc.boolean(),
        inFragment: fc.boolean(),
      })
      .map(({ args, given, inner, condition, holds, inFragment }) => {
        const set = together(
          args.filter((_, index) => {
            const arg = field.args[index];
            return given[index] === true || (arg !== undefined && isRequiredArgument(arg));
          }),
          ', ',
        );
        const flag = next();
        const text = `${next()}: ${field.name}${set.text === '' ? '' : `(${set.text})`}${
          condition === '' ? '' : ` @${condition}(if: $${flag})`
        } ${inner.text}`;
        return {
          text: inFragment ? `... on ${type.name} { ${text} }` : text,
          variables: { ...set.variables, ...inner.variables, ...(condition === '' ? {} : { [flag]: holds }) },
          declarations: [
            ...set.declarations,
            ...inner.declarations,
            ...(condition === '' ? [] : [`$${flag}: Boolean!`]),
          ],
        };
      }),
  );
  return fc.array(one, { minLength: 1, maxLength: 5 }).map((parts) => {
    const all = together(parts, ' ');
    return { ...all, text: `{ __typename ${all.text} }` };
  });
}

/** Valid queries, whatever their result. */
export function generatedQueries(
  schema: GraphQLSchema,
  queryType: GraphQLObjectType,
): fc.Arbitrary<Operation> {
  return selectionOf(schema, queryType, 3).map(({ text, variables, declarations }) => ({
    query: `query Generated${declarations.length === 0 ? '' : `(${declarations.join(', ')})`} ${text}`,
    variables,
  }));
}
