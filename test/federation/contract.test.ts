import { describe, expect, test } from '@jest/globals';
import {
  composeSchemaContract,
  composeServices,
  type CompositionResult,
} from '@theguild/federation-composition';
import {
  buildSchema,
  type GraphQLSchema,
  isObjectType,
  Kind,
  type OperationDefinitionNode,
  parse,
} from 'graphql';
import { createCachePolicies } from '../../src/graphql/response-cache/cache-policy.ts';
import { createSchema, printSchema } from '../../src/graphql/schema/schema.ts';
import { subgraphs } from './subgraphs.ts';

function schemaOf(composed: CompositionResult): GraphQLSchema {
  expect(composed.errors).toBeUndefined();
  return buildSchema(composed.publicSdl ?? '');
}

/** What a frontend sees that may see the tag, and what is there without it. */
const contract = schemaOf(
  composeSchemaContract(subgraphs(), { include: new Set(['stages/read']), exclude: new Set() }),
);
const whole = schemaOf(composeServices(subgraphs()));

const isOperation = (node: { readonly kind: Kind }): node is OperationDefinitionNode =>
  node.kind === Kind.OPERATION_DEFINITION;

const fieldsOf = (schema: GraphQLSchema, typeName: string): string[] => {
  const type = schema.getType(typeName);
  return isObjectType(type) ? Object.keys(type.getFields()).sort() : [];
};

describe('a contract of what is tagged "stages/read"', () => {
  test('has every read and no write', () => {
    expect(fieldsOf(contract, 'Query')).toEqual(['restApi', 'restApis', 'stage', 'stageTargets', 'stages']);
    expect(contract.getMutationType()).toBeUndefined();
    expect(contract.getType('StageUserError')).toBeUndefined();
  });

  test('is what caches may keep for all, and no more: what it withholds is private to the client', () => {
    const policyOf = createCachePolicies(createSchema());
    const paths = {
      Stage: ['stage'],
      CanarySettings: ['stage', 'canarySettings'],
      MethodSetting: ['stage', 'methodSettings'],
      RestApi: ['restApi'],
      RestApiDeployment: ['stage', 'deployment'],
      StageMethod: ['stage', 'methods'],
      RestApiDeploymentMethod: ['stage', 'deployment', 'methods'],
      RestApiDeploymentDifference: ['stage', 'canarySettings', 'differences'],
    };
    for (const [type, path] of Object.entries(paths)) {
      for (const field of fieldsOf(buildSchema(printSchema(), { assumeValidSDL: true }), type)) {
        const isShown = fieldsOf(contract, type).includes(field);
        const asked = [...path, field].reduceRight((inner, name) => `{ ${name} ${inner} }`, '');
        // What no cache may keep at all is neither.
        expect([type, field, isPrivate(asked) ?? true]).toEqual([type, field, !isShown]);
      }
    }
    function isPrivate(text: string): boolean | undefined {
      const document = parse(text);
      const [operation] = document.definitions.filter(isOperation);
      return operation && policyOf({ document, operation, variables: {} })?.isPrivate;
    }
  });

  // A new field is in none of these lists: it is tagged, or it is withheld and stands here.
  test('withholds what may be secret, is an ARN, or serves writes and the tools of AWS only', () => {
    const types = [
      ...['Stage', 'CanarySettings', 'RestApi', 'RestApiDeployment', 'MethodSetting'],
      ...['StageMethod', 'RestApiDeploymentMethod', 'RestApiDeploymentDifference'],
    ];
    const withheld = types.flatMap((type) =>
      fieldsOf(whole, type)
        .filter((field) => !fieldsOf(contract, type).includes(field))
        .map((field) => `${type}.${field}`),
    );
    expect(withheld).toEqual([
      'Stage.accessLogSettings',
      'Stage.arn',
      'Stage.clientCertificateId',
      'Stage.differencesFrom',
      'Stage.drift',
      'Stage.executionArn',
      'Stage.findings',
      'Stage.history',
      'Stage.permittedMutations',
      'Stage.revision',
      // Not ours: it is for the catalogue to tag.
      'Stage.service',
      'Stage.tags',
      'Stage.variables',
      'Stage.webAclArn',
      'CanarySettings.effectiveVariables',
      'CanarySettings.stageVariableOverrides',
      'RestApi.owner',
      'RestApi.tags',
      // Where a client needs no credentials.
      'StageMethod.apiKeyRequired',
      'StageMethod.authorizationType',
      'RestApiDeploymentMethod.apiKeyRequired',
      'RestApiDeploymentMethod.authorizationType',
      'RestApiDeploymentDifference.changed',
    ]);
    expect(contract.getType('StageVariable')).toBeUndefined();
    expect(contract.getType('StageFinding')).toBeUndefined();
    expect(contract.getType('AccessLogSettings')).toBeUndefined();
  });
});
