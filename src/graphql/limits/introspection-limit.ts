import {
  type ASTVisitor,
  type DocumentNode,
  type FieldNode,
  type FragmentSpreadNode,
  getIntrospectionQuery,
  getNamedType,
  GraphQLError,
  type GraphQLNamedType,
  type GraphQLSchema,
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isObjectType,
  isUnionType,
  Kind,
  OperationTypeNode,
  parse,
  SchemaMetaFieldDef,
  type SelectionSetNode,
  TypeMetaFieldDef,
  type ValidationContext,
} from 'graphql';
import { fragmentDefinitions, type Fragments } from '../documents/index.ts';
import { OPERATION_TOO_LARGE } from './operation-limits.ts';

/** The limit, as a multiple of the whole schema: some tools query single types beside it. */
const FACTOR = 3;

/** The length of a list of introspection: the mean over all types, and the maximum for a single type. */
interface Length {
  readonly mean: number;
  readonly max: number;
}

/** Of a field that is no list. */
const ONE: Length = { mean: 1, max: 1 };

const lengthOf = (counts: readonly number[]): Length => ({
  mean: counts.reduce((sum, count) => sum + count, 0) / Math.max(1, counts.length),
  max: Math.max(0, ...counts),
});

const fieldsOf = (type: GraphQLNamedType) =>
  isObjectType(type) || isInterfaceType(type) ? Object.values(type.getFields()) : [];

function lengthsOf(schema: GraphQLSchema): ReadonlyMap<string, Length> {
  const types = Object.values(schema.getTypeMap());
  const directives = schema.getDirectives();
  const ofTypes = (count: (type: GraphQLNamedType) => number): Length => lengthOf(types.map(count));
  return new Map([
    ['__Schema.types', lengthOf([types.length])],
    ['__Schema.directives', lengthOf([directives.length])],
    ['__Directive.args', lengthOf(directives.map(({ args }) => args.length))],
    ['__Type.fields', ofTypes((type) => fieldsOf(type).length)],
    ['__Field.args', lengthOf(types.flatMap(fieldsOf).map(({ args }) => args.length))],
    [
      '__Type.inputFields',
      ofTypes((type) => (isInputObjectType(type) ? Object.keys(type.getFields()).length : 0)),
    ],
    ['__Type.enumValues', ofTypes((type) => (isEnumType(type) ? type.getValues().length : 0))],
    [
      '__Type.interfaces',
      ofTypes((type) => (isObjectType(type) || isInterfaceType(type) ? type.getInterfaces().length : 0)),
    ],
    [
      '__Type.possibleTypes',
      ofTypes((type) =>
        isUnionType(type) || isInterfaceType(type) ? schema.getPossibleTypes(type).length : 0,
      ),
    ],
  ]);
}

const metaFields = new Map([SchemaMetaFieldDef, TypeMetaFieldDef].map((field) => [field.name, field]));

/** The measurement of one document, in progress. */
interface Measurement {
  readonly root: GraphQLNamedType;
  readonly lengths: ReadonlyMap<string, Length>;
  /** How many fields `_service` counts as. */
  readonly sdlWeight: number;
  readonly fragments: Fragments;
  /** Each fragment is measured once. */
  readonly fragmentSizes: Map<string, number>;
}

interface SelectionContext {
  readonly type: GraphQLNamedType;
  /** For every type of the schema, not for a single one. */
  readonly ofAllTypes: boolean;
}

function sizeOfSet(
  measurement: Measurement,
  { selections }: SelectionSetNode,
  place: SelectionContext,
): number {
  const sizes = selections.map((selection) => {
    if (selection.kind === Kind.INLINE_FRAGMENT) return sizeOfSet(measurement, selection.selectionSet, place);
    if (selection.kind === Kind.FRAGMENT_SPREAD) return sizeOfFragment(measurement, selection, place);
    return place.type === measurement.root
      ? sizeOfRootField(measurement, selection)
      : sizeOfField(measurement, selection, place);
  });
  return sizes.reduce((sum, size) => sum + size, 0);
}

function sizeOfFragment(
  measurement: Measurement,
  { name }: FragmentSpreadNode,
  place: SelectionContext,
): number {
  const { fragments, fragmentSizes } = measurement;
  const key = `${name.value} ${place.ofAllTypes}`;
  const known = fragmentSizes.get(key);
  if (known !== undefined) return known;
  // Another rule refuses a fragment that contains itself; the recursion must end here.
  fragmentSizes.set(key, 0);
  const fragment = fragments.get(name.value);
  const size = fragment === undefined ? 0 : sizeOfSet(measurement, fragment.selectionSet, place);
  fragmentSizes.set(key, size);
  return size;
}

function sizeOfRootField(measurement: Measurement, { name, selectionSet }: FieldNode): number {
  if (name.value === '_service') return measurement.sdlWeight;
  const metaField = metaFields.get(name.value);
  if (metaField === undefined || selectionSet === undefined) return 0;
  return 1 + sizeOfSet(measurement, selectionSet, { type: getNamedType(metaField.type), ofAllTypes: false });
}

function sizeOfField(
  measurement: Measurement,
  node: FieldNode,
  { type, ofAllTypes }: SelectionContext,
): number {
  const { value: name } = node.name;
  const field = fieldsOf(type).find((each) => each.name === name);
  if (field === undefined || node.selectionSet === undefined) return 1;
  const length = measurement.lengths.get(`${type.name}.${name}`) ?? ONE;
  const inner = {
    type: getNamedType(field.type),
    ofAllTypes: name === 'types' || (ofAllTypes && name === 'fields'),
  };
  return 1 + (ofAllTypes ? length.mean : length.max) * sizeOfSet(measurement, node.selectionSet, inner);
}

/** Returns a function that counts the introspection fields in the response to the largest operation of a document. */
function createMeasure(schema: GraphQLSchema, sdlWeight: number): (document: DocumentNode) => number {
  const root = schema.getQueryType();
  if (root == null) return () => 0;
  const lengths = lengthsOf(schema);
  return (document) => {
    const fragments = fragmentDefinitions(document);
    const measurement: Measurement = { root, lengths, sdlWeight, fragments, fragmentSizes: new Map() };
    const sizes = document.definitions.map((each) =>
      each.kind === Kind.OPERATION_DEFINITION && each.operation === OperationTypeNode.QUERY
        ? sizeOfSet(measurement, each.selectionSet, { type: root, ofAllTypes: false })
        : 0,
    );
    return Math.max(0, ...sizes);
  };
}

const wholeSchema = parse(
  getIntrospectionQuery({
    directiveIsRepeatable: true,
    inputValueDeprecation: true,
    oneOf: true,
    schemaDescription: true,
    specifiedByUrl: true,
  }),
);

/**
 * Limits introspection and `_service`, as a validation rule: they cost no call to AWS, but CPU time. The limit is a multiple
 * of the whole schema, so that tools can query it whatever its size.
 */
export function introspectionLimit(schema: GraphQLSchema): (context: ValidationContext) => ASTVisitor {
  const wholeSize = createMeasure(schema, 0)(wholeSchema);
  const measure = createMeasure(schema, wholeSize);
  const limit = Math.ceil(FACTOR * wholeSize);
  return (context) => ({
    Document(document) {
      const count = Math.ceil(measure(document));
      if (count <= limit) return;
      const message = `The response would have ${count} introspection fields; the limit is ${limit}, ${FACTOR} times the whole schema.`;
      const extensions = { validationErrorCode: OPERATION_TOO_LARGE };
      context.reportError(new GraphQLError(message, { extensions }));
    },
  });
}
