import {
  type ASTVisitor,
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
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
import { fragmentDefinitions } from '../documents/fragment-definitions.ts';
import { OPERATION_TOO_LARGE } from './operation-limits.ts';

/** So often as much as the whole schema: some tools ask for single types beside it. */
const TIMES = 3;

/** How long the lists of introspection are: of the types together, in the mean; of a single one, at the most. */
interface Length {
  readonly mean: number;
  readonly most: number;
}

/** Of what is no list. */
const ONE: Length = { mean: 1, most: 1 };

const lengthOf = (counts: readonly number[]): Length => ({
  mean: counts.reduce((sum, count) => sum + count, 0) / Math.max(1, counts.length),
  most: Math.max(0, ...counts),
});

const fieldsOf = (type: GraphQLNamedType) =>
  isObjectType(type) || isInterfaceType(type) ? Object.values(type.getFields()) : [];

/** By the introspection type and its field. */
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

/**
 * How many fields of introspection an operation's answer has; `_service` weighs as it is told. A fragment is measured once,
 * however often it is used.
 */
function createMeasure(schema: GraphQLSchema, sdlWeight: number) {
  const lengths = lengthsOf(schema);
  const root = schema.getQueryType();

  return ({ definitions }: DocumentNode, fragments: ReadonlyMap<string, FragmentDefinitionNode>): number => {
    const known = new Map<string, number>();

    /** `ofEach`: of every type of the schema, and not of some single one. */
    function ofSet({ selections }: SelectionSetNode, type: GraphQLNamedType, ofEach: boolean): number {
      let sum = 0;
      for (const selection of selections) {
        if (selection.kind === Kind.FIELD) {
          sum += type === root ? ofRootField(selection) : ofField(selection, type, ofEach);
        } else if (selection.kind === Kind.INLINE_FRAGMENT) {
          sum += ofSet(selection.selectionSet, type, ofEach);
        } else sum += ofFragment(selection.name.value, type, ofEach);
      }
      return sum;
    }

    function ofFragment(name: string, type: GraphQLNamedType, ofEach: boolean): number {
      const key = `${name} ${ofEach}`;
      const found = known.get(key);
      if (found !== undefined) return found;
      // A fragment within itself is refused by another rule; here it must only come to an end.
      known.set(key, 0);
      const fragment = fragments.get(name);
      const size = fragment === undefined ? 0 : ofSet(fragment.selectionSet, type, ofEach);
      known.set(key, size);
      return size;
    }

    function ofRootField({ name, selectionSet }: FieldNode): number {
      if (name.value === '_service') return sdlWeight;
      const meta = metaFields.get(name.value);
      if (meta === undefined || selectionSet === undefined) return 0;
      return 1 + ofSet(selectionSet, getNamedType(meta.type), false);
    }

    function ofField(
      { name: { value: name }, selectionSet }: FieldNode,
      type: GraphQLNamedType,
      ofEach: boolean,
    ) {
      const field = fieldsOf(type).find((each) => each.name === name);
      if (field === undefined || selectionSet === undefined) return 1;
      const length = lengths.get(`${type.name}.${name}`) ?? ONE;
      const leadsOn = name === 'types' || (ofEach && name === 'fields');
      return (
        1 + (ofEach ? length.mean : length.most) * ofSet(selectionSet, getNamedType(field.type), leadsOn)
      );
    }

    if (root == null) return 0;
    const sizes = definitions.map((each) =>
      each.kind === Kind.OPERATION_DEFINITION && each.operation === OperationTypeNode.QUERY
        ? ofSet(each.selectionSet, root, false)
        : 0,
    );
    return Math.max(0, ...sizes);
  };
}

const metaFields = new Map([SchemaMetaFieldDef, TypeMetaFieldDef].map((field) => [field.name, field]));

const everything = parse(
  getIntrospectionQuery({
    directiveIsRepeatable: true,
    inputValueDeprecation: true,
    oneOf: true,
    schemaDescription: true,
    specifiedByUrl: true,
  }),
);

/**
 * A limit for introspection and `_service`, as a validation rule: what they answer costs no call, but the time in which
 * nobody else is served. What tools ask for passes, whatever the schema's size.
 */
export function introspectionLimit(schema: GraphQLSchema): (context: ValidationContext) => ASTVisitor {
  const whole = createMeasure(schema, 0)(everything, fragmentDefinitions(everything));
  const measure = createMeasure(schema, whole);
  const most = Math.ceil(TIMES * whole);
  return (context) => ({
    Document(document) {
      const found = Math.ceil(measure(document, fragmentDefinitions(document)));
      if (found <= most) return;
      const message = `There may be at most ${most} fields of introspection in the answer, ${TIMES} times those of the whole schema; here are ${found}.`;
      const extensions = { validationErrorCode: OPERATION_TOO_LARGE };
      context.reportError(new GraphQLError(message, { extensions }));
    },
  });
}
