import { randomBytes } from 'node:crypto';
import type { Kysely } from 'kysely';
import { stageFromAws } from '../../src/datasources/stages/wire/from-aws.ts';
import type { StageModel } from '../../src/datasources/stages/wire/model.ts';
import type { SqlDialect } from '../../src/memory/database/dialect.ts';
import type { Tables } from '../../src/memory/database/tables.ts';
import {
  createHistory,
  type GatewayChange,
  type History,
  type HistoryEntry,
  type HistoryLimits,
  type Observation,
} from '../../src/memory/history/index.ts';
import { createStageCodec, createValueCipher, type MethodsOf } from '../../src/memory/stages/index.ts';

type AwsStage = Parameters<typeof stageFromAws>[0];

export interface TestTables {
  readonly db: Kysely<Tables>;
  readonly dialect: SqlDialect;
}

/** Two processes on one database. */
export type TwoProcesses = readonly [TestTables, TestTables];

export const target = {
  partition: 'aws',
  region: 'eu-central-1',
  dnsSuffix: 'amazonaws.com',
  account: '111122223333',
  alias: undefined,
  home: true,
  label: undefined,
};
export const targetName = '111122223333/eu-central-1';
export const address = {
  account: target.account,
  region: target.region,
  restApiId: 'petstore01',
  stageName: 'prod',
};

/** A stage as AWS answers it at a moment. Times are small numbers: milliseconds since 1970. */
export const stageAt = (at: number, aws: AwsStage = {}): StageModel =>
  stageFromAws(
    {
      stageName: 'prod',
      deploymentId: 'dep001',
      createdDate: new Date(0),
      lastUpdatedDate: new Date(0),
      ...aws,
    },
    'petstore01',
    target,
    new Date(at),
  );

type Times = readonly [began: number, at: number];

const times = ([began, at]: Times) => ({ target, startedAt: new Date(began), observedAt: new Date(at) });

/** A read of a stage. */
export const saw = (when: Times, stage: StageModel): Observation => ({
  kind: 'stage',
  ...times(when),
  stage,
});

/** A read of all stages of the API. */
export const listed = (when: Times, stages: readonly StageModel[]): Observation => ({
  kind: 'stages',
  ...times(when),
  restApiId: 'petstore01',
  stages,
});

export const sawNone = (when: Times, stageName = 'prod'): Observation => ({
  kind: 'missingStage',
  ...times(when),
  restApiId: 'petstore01',
  stageName,
});

export const sawNoApi = (when: Times): Observation => ({
  kind: 'missingApi',
  ...times(when),
  restApiId: 'petstore01',
});

export const sawApis = (when: Times, names: Readonly<Record<string, string>>): Observation => ({
  kind: 'apis',
  ...times(when),
  apis: Object.entries(names).map(([restApiId, name]) => ({ restApiId, name })),
});

export const sawAllApis = (when: Times, ...restApiIds: string[]): Observation => ({
  kind: 'allApis',
  ...times(when),
  restApiIds: new Set(restApiIds),
});

/** A change of this gateway. */
export const changed = (
  [began, at]: Times,
  before: StageModel | null | undefined,
  after: StageModel | null | undefined,
  more: Partial<GatewayChange> = {},
): GatewayChange => ({
  ...address,
  beganAt: new Date(began),
  endedAt: new Date(at),
  outcome: 'APPLIED',
  before,
  after,
  by: 'ann',
  client: 'pipeline',
  mutation: 'updateStage',
  given: [],
  patchOperations: [],
  awsRequestId: 'request-1',
  ...more,
});

export const author = { by: 'ann', client: null, mutation: 'recordStageBaseline' };

export const key = (): Buffer => randomBytes(32);

export interface WorldOptions {
  readonly keys?: readonly Buffer[];
  readonly fingerprintKey?: Buffer;
  readonly methodsOf?: MethodsOf;
  readonly limits?: HistoryLimits;
  readonly now?: () => number;
}

const FINGERPRINT_KEY = Buffer.alloc(32, 7);
export const oneKey = Buffer.alloc(32, 1);

export const codecWith = (keys: readonly Buffer[] = [oneKey], fingerprintKey: Buffer = FINGERPRINT_KEY) =>
  createStageCodec({ cipher: createValueCipher(keys), fingerprintKey: () => fingerprintKey });

/** The history of one process. */
export function historyOn({ db, dialect }: TestTables, options: WorldOptions = {}): History {
  return createHistory({
    db,
    searches: db,
    dialect,
    codec: codecWith(options.keys, options.fingerprintKey),
    methodsOf: options.methodsOf ?? (() => undefined),
    limits: options.limits ?? { maxAgeMs: 1_000_000, maxEntries: 1000 },
    ...(options.now === undefined ? {} : { now: options.now }),
  });
}

let ids = 0;

/** Records a change, with an id of its own. */
export function record(history: History, change: GatewayChange): Promise<void> {
  ids += 1;
  return history.record({ ...change, id: ids.toString(16).padStart(32, '0') });
}

export async function allEntries(history: History): Promise<readonly HistoryEntry[]> {
  const { entries } = await history.page({ targets: [targetName] }, 1000);
  return entries;
}

/** Entries, oldest first, each as one line: source, outcome, what changed. */
export async function story(history: History): Promise<string[]> {
  const entries = await allEntries(history);
  return entries.toReversed().map(({ source, outcome, changes }) => {
    const what = changes.map(({ path, before, after, redacted }) => {
      const values = redacted ? '(redacted)' : `${before ?? '-'} > ${after ?? '-'}`;
      return `${path.join('.')} ${values}`;
    });
    return [source, ...(outcome === 'APPLIED' ? [] : [outcome]), ...what].join(' | ');
  });
}

/** The description of the stored stage; undefined if there is none. */
export async function storedDescription({ db }: TestTables): Promise<string | undefined> {
  const row = await db.selectFrom('stages').select('document').executeTakeFirst();
  if (row === undefined) return undefined;
  return (JSON.parse(row.document) as { description?: string }).description ?? '';
}

const tables = [
  'stages',
  'rest_apis',
  'stage_revisions',
  'history',
  'baselines',
  'equal_revisions',
  'events',
] as const satisfies (keyof Tables)[];

/** Every column of every row, as one text. */
export async function rawRows({ db }: TestTables): Promise<string> {
  const rows = await Promise.all(tables.map((table) => db.selectFrom(table).selectAll().execute()));
  return JSON.stringify(rows);
}

export async function clearTables({ db }: TestTables): Promise<void> {
  for (const table of tables) await db.deleteFrom(table).execute();
}
