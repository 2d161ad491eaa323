import {
  type GraphQLInputField,
  type GraphQLInputType,
  isEnumType,
  isInputObjectType,
  isListType,
  isNonNullType,
  isRequiredInputField,
} from 'graphql';
import { createSchema } from '../src/graphql/schema/schema.ts';

type Json = Readonly<Record<string, unknown>>;

/** What of the input belongs to one moment, and not into a file. */
const OF_A_MOMENT = ['confirm', 'expectedRevision', 'expectedPlan', 'dryRun'];

const scalars: Readonly<Record<string, string>> = {
  ID: 'string',
  String: 'string',
  Boolean: 'boolean',
  Int: 'integer',
  Float: 'number',
};

/** A value of an input type; `nullable`: null is one, too. */
function valueOf(type: GraphQLInputType, definitions: Map<string, Json>, nullable = true): Json {
  if (isNonNullType(type)) return valueOf(type.ofType, definitions, false);
  if (isListType(type)) {
    return { type: nullable ? ['array', 'null'] : 'array', items: valueOf(type.ofType, definitions) };
  }
  if (isEnumType(type)) {
    const names = type.getValues().map(({ name }) => name);
    return { enum: nullable ? [...names, null] : names };
  }
  if (isInputObjectType(type)) {
    if (!definitions.has(type.name)) {
      definitions.set(type.name, {});
      definitions.set(type.name, objectOf(Object.values(type.getFields()), definitions, type.description));
    }
    const reference = { $ref: `#/definitions/${type.name}` };
    return nullable ? { anyOf: [reference, { type: 'null' }] } : reference;
  }
  const name = scalars[type.name];
  if (name === undefined) throw new Error(`${type.name} has no type in JSON Schema`);
  return { type: nullable ? [name, 'null'] : name };
}

function objectOf(
  fields: readonly GraphQLInputField[],
  definitions: Map<string, Json>,
  description: string | null | undefined,
): Json {
  return {
    ...(description == null ? {} : { description }),
    type: 'object',
    additionalProperties: false,
    required: fields.filter(isRequiredInputField).map(({ name }) => name),
    properties: Object.fromEntries(
      fields.map((field) => [
        field.name,
        {
          ...(field.description == null ? {} : { description: field.description }),
          ...valueOf(field.type, definitions),
        },
      ]),
    ),
  };
}

/** The JSON Schema of stage files: the input of applyStage as the graph has it. */
export function stageFileSchema(): string {
  const input = createSchema().getType('ApplyStageInput');
  if (!isInputObjectType(input)) throw new Error('there is no ApplyStageInput');
  const fields = Object.values(input.getFields()).filter(({ name }) => !OF_A_MOMENT.includes(name));
  const definitions = new Map<string, Json>();
  const description = 'How a stage of Amazon API Gateway is to be: for stagegraph plan and stagegraph apply.';
  const root = objectOf(fields, definitions, description);
  const schema = {
    $schema: 'http://json-schema.org/draft-07/schema#',
    title: 'stagegraph: a stage as a file',
    ...root,
    definitions: Object.fromEntries(definitions),
  };
  return `${JSON.stringify(schema, undefined, 2)}\n`;
}
