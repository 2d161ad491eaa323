import { expect } from '@jest/globals';
import type { Gateway, Running } from './run.ts';

export interface UserError {
  readonly code: string;
  readonly message: string;
  readonly field: readonly string[] | null;
  readonly retryable: boolean;
  readonly retryAfterSeconds: number | null;
  readonly awsRequestId: string | null;
}

export interface SentOperation {
  readonly op: string;
  readonly path: string;
  readonly value: string | null;
  readonly from: string | null;
}

/** What every payload has; that of deleteStage has no `patchOperations`. */
export interface MutationAnswer {
  readonly patchOperations: readonly SentOperation[];
  readonly warnings: readonly { code: string; message: string }[];
  readonly userErrors: readonly UserError[];
}

interface MutationRow {
  /** Input that succeeds with the sample data, on the stage `prod` of `petstore01` but for what is made anew. */
  readonly input: Readonly<Record<string, unknown>> & { restApiId: string; stageName: string };
  /** The calls that it costs when nothing is asked of the stage: design.md, "reads first" and "writes". */
  readonly calls: Readonly<Record<string, number>>;
  /** Whether it is done with UpdateStage, or followed by it: then its `patchOperations` are not empty. */
  readonly patches: boolean;
  /** Whether another stage is read, too. */
  readonly readsOther?: true;
  /** Whether the answer comes without the stage, which is read when it is asked for. */
  readonly blind?: true;
  /** Whether it needs the gateway's database. */
  readonly remembers?: true;
}

/** Of the sample data. */
const revisionOfProd = 'EcASz5rQOsz37ZhoQzJd3A';
const prod = { restApiId: 'petstore01', stageName: 'prod' };
const patch = { calls: { UpdateStage: 1 }, patches: true } as const;
const readThenPatch = { calls: { GetStage: 1, UpdateStage: 1 }, patches: true } as const;

/** All of them. */
export const mutations = {
  createStage: {
    input: { restApiId: 'petstore01', stageName: 'fresh', deploymentId: 'dep001' },
    calls: { CreateStage: 1 },
    patches: true,
  },
  updateStage: { input: { ...prod, description: 'Changed' }, ...patch },
  setMethodSetting: {
    input: { ...prod, resourcePath: '/pets', httpMethod: 'GET', settings: { throttlingRateLimit: 5 } },
    ...patch,
  },
  removeMethodSetting: { input: { ...prod, resourcePath: '/pets', httpMethod: 'GET' }, ...patch },
  setStageVariables: { input: { ...prod, set: [{ name: 'table', value: 'cats' }] }, ...patch },
  setCanarySettings: { input: { ...prod, percentTraffic: 25 }, ...readThenPatch },
  promoteCanary: { input: prod, ...readThenPatch },
  removeCanary: { input: prod, ...patch },
  setAccessLogSettings: { input: { ...prod, format: '$context.requestId' }, ...patch },
  removeAccessLogSettings: { input: prod, ...patch },
  patchStage: {
    input: { ...prod, patchOperations: [{ op: 'replace', path: '/description', value: 'Changed' }] },
    ...patch,
  },
  createRestApiDeployment: {
    input: { ...prod, canarySettings: { percentTraffic: 5 } },
    calls: { CreateDeployment: 1 },
    patches: false,
    blind: true,
  },
  applyStage: {
    input: { ...prod, desired: { description: 'Changed' } },
    ...readThenPatch,
  },
  copyStageSettings: {
    input: { ...prod, from: { restApiId: 'orders0002', stageName: 'live' }, parts: ['DESCRIPTION'] },
    calls: { GetStage: 2, UpdateStage: 1 },
    patches: true,
    readsOther: true,
  },
  deleteStage: { input: prod, calls: { DeleteStage: 1 }, patches: false },
  flushStageCache: { input: prod, calls: { FlushStageCache: 1 }, patches: false, blind: true },
  flushStageAuthorizersCache: {
    input: prod,
    calls: { FlushStageAuthorizersCache: 1 },
    patches: false,
    blind: true,
  },
  tagStage: {
    input: { ...prod, tags: [{ key: 'team', value: 'cats' }] },
    calls: { TagResource: 1 },
    patches: false,
    blind: true,
  },
  untagStage: {
    input: { ...prod, keys: ['team'] },
    calls: { UntagResource: 1 },
    patches: false,
    blind: true,
  },
  /** To the revision that the stage has: nothing is sent. */
  revertStage: {
    input: { ...prod, toRevision: revisionOfProd },
    calls: { GetStage: 1 },
    patches: true,
    remembers: true,
  },
  recordStageBaseline: { input: prod, calls: { GetStage: 1 }, patches: false, remembers: true },
  removeStageBaseline: { input: prod, calls: {}, patches: false, remembers: true, blind: true },
} as const satisfies Record<string, MutationRow>;

export type MutationName = keyof typeof mutations;

/** The table by rows, for `test.each`. */
export const allMutations = Object.entries(mutations).map(
  ([name, row]): { name: MutationName } & MutationRow => ({ name: name as MutationName, ...row }),
);

/** Those that do without the gateway's database. */
export const everyMutation = allMutations.filter(({ remembers }) => remembers !== true);

/** Those that are one UpdateStage, by name. */
export const patchingMutations = everyMutation.filter(
  ({ name, patches }) => patches && name !== 'createStage',
);

const capitalised = (name: string) => name.charAt(0).toUpperCase() + name.slice(1);

/** The document that asks for everything that the payload has, the stage apart. Only the payload of deleteStage has none. */
export const documentOf = (name: MutationName, selection = ''): string => `
  mutation ($input: ${capitalised(name)}Input!) {
    ${name}(input: $input) {
      ${name === 'deleteStage' ? '' : 'patchOperations { op path value from }'}
      warnings { code message }
      userErrors { code message field retryable retryAfterSeconds awsRequestId }
      ${selection}
    }
  }`;

/** Sends one mutation, and expects an answer that is not a GraphQL error. */
export async function mutate<Selected = object>(
  gateway: Gateway,
  name: MutationName,
  input: object,
  selection = '',
): Promise<MutationAnswer & Selected> {
  type Answer = MutationAnswer & Selected;
  const { data, errors } = await gateway.graphql<Record<string, Answer>>(documentOf(name, selection), {
    input,
  });
  expect(errors).toBeUndefined();
  const answer = data[name];
  if (answer === undefined) throw new Error(`no answer to ${name}`);
  return { ...answer, patchOperations: (answer as Partial<Answer>).patchOperations ?? [] };
}

/** A value that breaks a rule: where the answer says so, and what it must name. */
export interface Refusal {
  readonly field: readonly string[];
  /** The name and the rule, and the value where it is no secret. */
  readonly says: readonly string[];
}

/** Expects that an input is refused for exactly these reasons, in this order, before anything is sent. */
export async function expectRefused(
  gateway: Running,
  name: MutationName,
  input: object,
  refusals: readonly Refusal[],
): Promise<void> {
  gateway.stageApi.resetCalls();
  const { patchOperations, warnings, userErrors } = await mutate(gateway, name, input);
  expect(userErrors).toEqual(
    refusals.map(({ field, says }) => ({
      code: 'INVALID_INPUT',
      message: expect.stringMatching(new RegExp(says.map((part) => `(?=.*${escape(part)})`).join(''), 's')),
      field: ['input', ...field],
      retryable: false,
      retryAfterSeconds: null,
      awsRequestId: null,
    })),
  );
  expect({ patchOperations, warnings }).toEqual({ patchOperations: [], warnings: [] });
  expect(gateway.stageApi.calls()).toEqual({});
}

const escape = (text: string) => text.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&');

/** The stage as the Stage API holds it, without a call that counts. */
export async function stored(
  { stageApi }: Running,
  stageName: string,
  restApiId = 'petstore01',
): Promise<Record<string, unknown> | undefined> {
  const response = await fetch(`${stageApi.url}/_embedded/state`);
  const state = (await response.json()) as {
    restApis: { id: string; stages: { stageName: string }[] }[];
  };
  return state.restApis
    .find(({ id }) => id === restApiId)
    ?.stages.find((stage) => stage.stageName === stageName);
}

/** A stage's revision, as a client reads it. */
export async function revisionOf(
  gateway: Gateway,
  stageName = 'prod',
  restApiId = 'petstore01',
): Promise<string> {
  const { data } = await gateway.graphql<{ stage: { revision: string } }>(
    'query ($restApiId: ID!, $stageName: String!) { stage(restApiId: $restApiId, stageName: $stageName) { revision } }',
    { restApiId, stageName },
  );
  return data.stage.revision;
}

/** A patch operation as payloads show it. */
export const replaced = (path: string, value: string): SentOperation => ({
  op: 'replace',
  path,
  value,
  from: null,
});
export const removed = (path: string): SentOperation => ({ op: 'remove', path, value: null, from: null });
export const copied = (from: string, path: string): SentOperation => ({
  op: 'copy',
  path,
  value: null,
  from,
});
