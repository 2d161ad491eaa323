import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import {
  type GraphQLArgument,
  type GraphQLInputField,
  type GraphQLNamedType,
  getNamedType,
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isIntrospectionType,
  isNonNullType,
  isObjectType,
  isSpecifiedScalarType,
  print as printNode,
} from 'graphql';
import { createSchema, printSchema, printSchemaForClients } from '../../../src/graphql/schema/schema.ts';

const federationTypes = new Set([
  '_Any',
  '_Entity',
  '_Service',
  '_FieldSet',
  'link__Purpose',
  'link__Import',
]);

const schema = createSchema();
const ownTypes = Object.values(schema.getTypeMap())
  .filter(
    (type) =>
      !isIntrospectionType(type) &&
      !isSpecifiedScalarType(type) &&
      !federationTypes.has(type.name) &&
      !type.name.startsWith('federation__'),
  )
  // What is described in two ways is compared with the first of the name: the order must not depend on the schema's.
  .sort((a, b) => (a.name < b.name ? -1 : 1));

/** A member of a type, or one of its arguments, as a reader of the Sandbox can point at it. */
interface Place {
  readonly name: string;
  readonly path: string;
  readonly description?: string | null | undefined;
  /** Of arguments and input fields. */
  readonly input?: GraphQLArgument | GraphQLInputField;
}

function membersOf(type: GraphQLNamedType): Place[] {
  const at = (name: string): string => `${type.name}.${name}`;
  if (isEnumType(type)) {
    return type.getValues().map(({ name, description }) => ({ name, path: at(name), description }));
  }
  if (isInputObjectType(type)) {
    return Object.values(type.getFields()).map((input) => ({
      name: input.name,
      path: at(input.name),
      description: input.description,
      input,
    }));
  }
  if (!isObjectType(type) && !isInterfaceType(type)) return [];
  return Object.values(type.getFields())
    .filter(({ name }) => !name.startsWith('_'))
    .map(({ name, description }) => ({ name, path: at(name), description }));
}

const argumentsOf = (type: GraphQLNamedType): Place[] =>
  isObjectType(type)
    ? Object.values(type.getFields())
        .filter(({ name }) => !name.startsWith('_'))
        .flatMap(({ name, args }) =>
          args.map((input) => ({
            name: input.name,
            path: `${type.name}.${name}(${input.name}:)`,
            description: input.description,
            input,
          })),
        )
    : [];

/** The places that are described in other words than the first one of the same name. */
function describedOtherwise(places: readonly Place[]): string[] {
  const first = new Map<string, Place>();
  for (const place of places) if (!first.has(place.name)) first.set(place.name, place);
  return places
    .filter(({ name, description }) => first.get(name)?.description !== description)
    .map(({ path }) => path);
}

const mutations = Object.values(schema.getMutationType()?.getFields() ?? {});
const mutationInputs = mutations.flatMap(({ args }) => args.map(({ type }) => getNamedType(type)));
const payloads = mutations.map(({ type }) => getNamedType(type));
/** Whether the stage comes with the change. A selection of it costs nothing then. */
function comesWithStage(type: GraphQLNamedType): boolean {
  const field = isObjectType(type) ? type.getFields().stage?.astNode : undefined;
  return field?.directives?.some((directive) => printNode(directive) === '@cost(weight: 0)') === true;
}
const membersNamed = (types: readonly GraphQLNamedType[], names: readonly string[]): Place[] =>
  types.flatMap(membersOf).filter(({ name }) => names.includes(name));

describe('the schema', () => {
  test('every type has one name, in the SDL and in introspection', () => {
    const names = Object.entries(schema.getTypeMap());
    expect(names.map(([name]) => name)).toEqual(names.map(([, type]) => type.name));
  });

  test('describes everything', () => {
    const places = ownTypes.flatMap((type) => [
      { path: type.name, description: type.description },
      ...membersOf(type),
      ...argumentsOf(type),
    ]);
    expect(ownTypes.length).toBeGreaterThan(50);
    expect(places.filter(({ description }) => !description).map(({ path }) => path)).toEqual([]);
  });

  test('gives a default to nothing that may not be null: tools report it as missing', () => {
    const inputs = ownTypes.flatMap((type) => [...membersOf(type), ...argumentsOf(type)]);
    const defaults = inputs.filter(({ input }) => input?.defaultValue !== undefined);
    expect(defaults.length).toBeGreaterThan(10);
    expect(
      defaults.filter(({ input }) => input && isNonNullType(input.type)).map(({ path }) => path),
    ).toEqual([]);
  });

  test.each([
    ['subgraph.graphql', printSchema],
    ['schema.graphql', printSchemaForClients],
  ])(
    'is committed as it is printed: run "npm run schema:update" after a change of schema/ (%s)',
    (file, print) => {
      const committed = readFileSync(new URL(`../../../docs/${file}`, import.meta.url), 'utf8');
      expect(print()).toBe(committed);
    },
  );
});

describe('the schema describes in the same words', () => {
  test('what the inputs of mutations have in common', () => {
    const common = ['restApiId', 'stageName', 'confirm', 'expectedRevision', 'dryRun'];
    const places = membersNamed(mutationInputs, common);
    expect(places.length).toBeGreaterThan(80);
    // There it may be omitted.
    // A baseline sends nothing to AWS.
    expect(describedOtherwise(places)).toEqual([
      'CreateRestApiDeploymentInput.stageName',
      'RecordStageBaselineInput.dryRun',
      'RemoveStageBaselineInput.dryRun',
    ]);
  });

  test('what the payloads of mutations have in common', () => {
    const places = membersNamed(payloads, ['patchOperations', 'warnings', 'userErrors']);
    expect(places.length).toBeGreaterThan(40);
    expect(describedOtherwise(places)).toEqual([]);
  });

  test('the stage of payloads: where it comes with the change, and where it is read when selected', () => {
    const withStage = (comes: boolean): Place[] =>
      membersNamed(
        payloads.filter((type) => comesWithStage(type) === comes),
        ['stage'],
      );
    expect(withStage(true).length).toBeGreaterThan(10);
    expect(describedOtherwise(withStage(true))).toEqual([]);
    expect(describedOtherwise(withStage(false))).toEqual([
      // They read it only where tags are changed, by other operations than UpdateStage.
      'ApplyStagePayload.stage',
      'CopyStageSettingsPayload.stage',
      // It is null without `stageName`.
      'CreateRestApiDeploymentPayload.stage',
      'RevertStagePayload.stage',
      // They change no stage.
      'RecordStageBaselinePayload.stage',
      'RemoveStageBaselinePayload.stage',
    ]);
  });

  test('arguments of one name', () => {
    expect(describedOtherwise(ownTypes.flatMap(argumentsOf))).toEqual([
      // Each list has a size of its own, and what it selects by.
      'Query.stageHistory(first:)',
      'Query.stageInventory(where:)',
      'Query.stageInventory(first:)',
      // To compare with, not to filter by.
      'RestApiDeployment.differencesFrom(deploymentId:)',
      // Which method is meant, not which entry.
      'Stage.effectiveMethodSetting(resourcePath:)',
      'Stage.effectiveMethodSetting(httpMethod:)',
      // Those of another stage: what is omitted is this stage's.
      'Stage.differencesFrom(stageName:)',
      'Stage.differencesFrom(restApiId:)',
      'Stage.differencesFrom(account:)',
      'Stage.differencesFrom(region:)',
      'Stage.history(first:)',
    ]);
  });

  test.each([
    ['MethodSetting', 'EffectiveMethodSetting'],
    ['StageMethodSettingInput', 'SetMethodSettingInput'],
    ['AccessLogSettingsInput', 'SetAccessLogSettingsInput'],
    ['UpdateStageCanarySettingsInput', 'SetCanarySettingsInput'],
    ['StageVariablesInput', 'SetStageVariablesInput'],
    ['CreateStageCanarySettingsInput', 'DeploymentCanarySettingsInput'],
  ])('%s and %s, as far as both have it', (...names) => {
    const types = ownTypes.filter(({ name }) => names.includes(name));
    expect(types).toHaveLength(2);
    expect(describedOtherwise(types.flatMap(membersOf))).toEqual([]);
  });
});
