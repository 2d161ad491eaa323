import { GetStageCommand, GetStagesCommand } from '@aws-sdk/client-api-gateway';
import DataLoader from 'dataloader';
import type { AwsRegion } from '../../upstream/client.ts';
import type { Send } from '../../upstream/send.ts';
import { failedWith } from '../../upstream/upstream-error.ts';
import { asError } from '../as-error.ts';
import { batchPerApi } from '../batch-per-api.ts';
import { byCodeUnit } from '../sorted-maps.ts';
import { stageFromAws } from './from-aws.ts';
import type { StageKey, StageModel } from './model.ts';

export interface StageReader {
  /** A stage, or null when there is no such stage or API. All stages of one API cost one call together. */
  get(key: StageKey): Promise<StageModel | null>;
  /** All stages of an API, sorted by name. Throws NOT_FOUND when there is no such API. */
  list(restApiId: string): Promise<readonly StageModel[]>;
  /** A stage as AWS has it at this moment, past everything read before. Throws NOT_FOUND or STAGE_NOT_FOUND. */
  readThrough(key: StageKey): Promise<StageModel>;
  /** What AWS answered to a write: later reads of the same request see it. */
  remember(stage: StageModel): void;
  /** A write whose outcome AWS did not show: later reads of the same request ask again. */
  forget(key: StageKey): void;
}

const cacheKeyFn = ({ restApiId, stageName }: StageKey): string => `${restApiId}/${stageName}`;

/** The stages of one request. */
export function createStageReader(send: Send, region: AwsRegion): StageReader {
  async function listFromAws(restApiId: string): Promise<readonly StageModel[]> {
    const { item } = await send(new GetStagesCommand({ restApiId }), 'read');
    const observedAt = new Date();
    return (item ?? [])
      .map((stage) => stageFromAws(stage, restApiId, region, observedAt))
      .sort((a, b) => byCodeUnit(a.stageName, b.stageName));
  }

  async function readThrough({ restApiId, stageName }: StageKey): Promise<StageModel> {
    const stage = await send(new GetStageCommand({ restApiId, stageName }), 'read');
    return stageFromAws(stage, restApiId, region, new Date());
  }

  /** A memo of the request more than a batch: AWS lists one API a call. */
  const lists = new DataLoader<string, readonly StageModel[]>((restApiIds) =>
    Promise.all(restApiIds.map((restApiId) => listFromAws(restApiId).catch(asError))),
  );

  /** The stages of one API that are asked for, in one call; where IAM refuses to list them, in one call each. */
  async function readNames(
    restApiId: string,
    names: readonly string[],
  ): Promise<ReadonlyMap<string, StageModel | Error>> {
    try {
      return new Map((await lists.load(restApiId)).map((stage) => [stage.stageName, stage]));
    } catch (error) {
      if (failedWith(error, 'NOT_FOUND')) return new Map();
      if (!failedWith(error, 'ACCESS_DENIED')) throw error;
    }
    const read = names.map(async (stageName) => {
      const stage = await readThrough({ restApiId, stageName }).catch(nullIfNotFound).catch(asError);
      return [stageName, stage] as const;
    });
    const entries = await Promise.all(read);
    return new Map(entries.flatMap(([name, stage]) => (stage === null ? [] : [[name, stage] as const])));
  }

  const stages = new DataLoader<StageKey, StageModel | null, string>(
    batchPerApi(({ stageName }) => stageName, readNames),
    { cacheKeyFn },
  );

  function forget(key: StageKey): void {
    stages.clear(key);
    lists.clear(key.restApiId);
  }

  return {
    get: (key) => stages.load(key),
    list: (restApiId) => lists.load(restApiId),
    readThrough,
    remember(stage) {
      forget(stage);
      stages.prime(stage, stage);
    },
    forget,
  };
}

function nullIfNotFound(error: unknown): null {
  if (failedWith(error, 'NOT_FOUND', 'STAGE_NOT_FOUND')) return null;
  throw error;
}
