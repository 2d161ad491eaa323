import { type Language } from './servers.ts';
import { stageNames } from './state.ts';

/** What is sent to a server. */
export interface Sent {
  readonly method: string;
  readonly path: string;
  readonly body: string;
  /** Beside what every request has. */
  readonly headers?: Readonly<Record<string, string>>;
}

interface StageKey {
  readonly restApiId: string;
  readonly stageName: string;
}

export interface Workload {
  readonly name: string;
  readonly title: string;
  /** How many REST APIs one operation needs. */
  readonly apis: number;
  /** How many stages an answer shows. */
  readonly stages: number;
  /** The fewest upstream calls that answer it when nothing is known yet. */
  readonly minimum: number;
  /** Whether asking again should cost nothing. */
  readonly reads: boolean;
  /** One operation about these REST APIs, the nth. */
  sent(language: Language, restApiIds: readonly string[], n: number): Sent;
}

/** What a dashboard shows of a stage. */
const stageFields = `
  restApiId stageName deploymentId description tracingEnabled variables { name value }
  canarySettings { percentTraffic deploymentId } lastUpdatedDate observedAt`;

/** All that is stored of a stage, as a page about it shows it. */
const wholeStageFields = `${stageFields}
  methodSettings {
    key metricsEnabled dataTraceEnabled throttlingBurstLimit throttlingRateLimit cachingEnabled cacheTtlInSeconds
    cacheDataEncrypted requireAuthorizationForCacheControl
  }
  accessLogSettings { destinationArn format } tags { key value }`;

const graphql = (query: string, variables: object): Sent => ({
  method: 'POST',
  path: '/graphql',
  body: JSON.stringify({ query, variables }),
});

const rest = (method: string, path: string, body: object): Sent => ({
  method,
  path,
  body: JSON.stringify(body),
});

/** So many stages of each REST API. */
const keysOf = (restApiIds: readonly string[], each: number): StageKey[] =>
  restApiIds.flatMap((restApiId) => stageNames.slice(0, each).map((stageName) => ({ restApiId, stageName })));

/** A document with an alias for every stage, and the ids as variables, as a client keeps it. */
function aliases(apis: number, each: number, stageFields: string): string {
  const variables = Array.from({ length: apis }, (_, api) => `$api${api}: ID!`);
  const fields = variables.flatMap((_, api) =>
    stageNames
      .slice(0, each)
      .map((name) => `s${api}_${name}: stage(restApiId: $api${api}, stageName: "${name}") { ...shown }`),
  );
  return `query Stages(${variables.join(', ')}) { ${fields.join('\n')} } fragment shown on Stage {${stageFields}}`;
}

function readByAlias(
  name: string,
  title: string,
  apis: number,
  each: number,
  fields = stageFields,
): Workload {
  const document = aliases(apis, each, fields);
  return {
    name,
    title,
    apis,
    stages: apis * each,
    minimum: apis,
    reads: true,
    sent: (language, restApiIds) =>
      language === 'rest'
        ? rest('POST', '/stages', keysOf(restApiIds, each))
        : graphql(document, Object.fromEntries(restApiIds.map((id, api) => [`api${api}`, id]))),
  };
}

/** So many different orders of the ten stages that none comes twice within a TTL. */
function shuffled(n: number): string[] {
  const left = [...stageNames];
  // A step that shares no factor with the number of orders visits all of them.
  let rest = (n * 1_299_709) % 3_628_800;
  return stageNames.map(() => {
    const [name = ''] = left.splice(rest % left.length, 1);
    rest = Math.floor(rest / (left.length + 1));
    return name;
  });
}

const namesDocument = `
  query Stages($api: ID!, ${stageNames.map((_, i) => `$s${i}: String!`).join(', ')}) {
    ${stageNames.map((_, i) => `s${i}: stage(restApiId: $api, stageName: $s${i}) { ...shown }`).join('\n')}
  }
  fragment shown on Stage {${wholeStageFields}}`;

/** The text repeats, the variables do not. */
export const sameText: Workload = {
  name: 'W2c',
  title: 'ten stages of one API, each time in another order',
  apis: 1,
  stages: 10,
  minimum: 1,
  reads: true,
  sent(language, restApiIds, n) {
    if (language === 'rest') throw new Error('It compares GraphQL servers only');
    const [api = ''] = restApiIds;
    const names = Object.fromEntries(shuffled(n).map((name, i) => [`s${i}`, name]));
    return graphql(namesDocument, { api, ...names });
  },
};

/** Text and variables repeat as often as one of the REST APIs has its turn. */
export const sameOperation = readByAlias('W2r', 'ten stages of one API, whole', 1, 10, wholeStageFields);

const entitiesDocument = `
  query Entities($representations: [_Any!]!) {
    _entities(representations: $representations) { ... on Stage {${stageFields}} }
  }`;

export const entities: Workload = {
  name: 'W4',
  title: '`_entities`, 100 representations over 10 APIs',
  apis: 10,
  stages: 100,
  minimum: 10,
  reads: true,
  sent(language, restApiIds) {
    const keys = keysOf(restApiIds, 10);
    if (language === 'rest') return rest('POST', '/stages', keys);
    const representations = keys.map((key) => ({ __typename: 'Stage', ...key }));
    return graphql(entitiesDocument, { representations });
  },
};

const setDocument = `
  mutation Set($input: SetStageVariablesInput!) {
    setStageVariables(input: $input) { stage {${stageFields}} userErrors { code } }
  }`;

const mutation: Workload = {
  name: 'W5',
  title: 'one mutation that needs no read',
  apis: 1,
  stages: 1,
  minimum: 1,
  reads: false,
  sent(language, [restApiId = ''], n) {
    const input = {
      restApiId,
      stageName: stageNames[n % stageNames.length],
      set: [{ name: 'table', value: `pets-${n}` }],
    };
    return language === 'rest' ? rest('PATCH', '/variables', input) : graphql(setDocument, { input });
  },
};

export const oneStage = readByAlias('W1', 'one stage', 1, 1);
export const oneApi = readByAlias('W2', 'ten stages of one API', 1, 10);
const fourApis = readByAlias('W3', 'twenty stages of four APIs', 4, 5);

export const workloads: readonly Workload[] = [oneStage, oneApi, fourApis, entities, mutation];
export { mutation };
