import { GetRestApiCommand, GetRestApisCommand, type RestApi } from '@aws-sdk/client-api-gateway';
import DataLoader from 'dataloader';
import type * as sdl from '../../__generated__/types.ts';
import type { CacheObserver } from '../../cache/observer.ts';
import { failedWith } from '../../errors/upstream-error.ts';
import type { AwsRegion } from '../../upstream/calls/client.ts';
import { decodeId, encodeId } from '../inputs/global-id.ts';
import { areNames, refuseOpaqueId, requireNames } from '../inputs/names.ts';
import { tagList } from '../inputs/tags.ts';
import { asError } from '../reads/as-error.ts';
import { MAX_PAGE, type PageArguments, readConnection } from '../reads/connection.ts';
import { findMany, type Page } from '../reads/find-many.ts';
import { oncePerQuery } from '../reads/once-per-query.ts';
import type { ReadCached, CachedReads, Caches } from '../reads/stored-reads.ts';
import type { ChangeRecorder } from '../stages/changes/change-trail.ts';
import type { StageReader } from '../stages/reader.ts';

/** Fields of an API that cost another call. */
type Resolved = 'stages' | 'stage' | 'deployments';

/** What AWS says of an API. */
export type RestApiDetails = Readonly<Omit<sdl.RestApi, '__typename' | Resolved>>;

/** An API by its ids, which cost nothing; with AWS's details where they were asked for. */
export type RestApiModel = Pick<RestApiDetails, 'id' | 'restApiId'> & Partial<RestApiDetails>;

/** What of an API needs no GetRestApi: its ids are known, the rest are calls of their own. */
const free = new Set(['__typename', 'id', 'restApiId', 'stages', 'stage', 'deployments']);
const needsDetails = (fields: ReadonlySet<string>): boolean => [...fields].some((field) => !free.has(field));

/** The REST APIs of one request. */
export function createRestApiSource(
  region: AwsRegion,
  stages: StageReader,
  { readStored, reportPage }: { readonly readStored: ReadCached } & Pick<CachedReads, 'reportPage'>,
  stores: Caches,
  observer: CacheObserver,
  trail: ChangeRecorder,
) {
  const stub = (restApiId: string): RestApiModel => ({
    id: encodeId('RestApi', region, restApiId),
    restApiId,
  });

  const fromAws = (aws: RestApi): RestApiDetails => ({
    id: encodeId('RestApi', region, aws.id ?? ''),
    restApiId: aws.id ?? '',
    name: aws.name ?? '',
    description: aws.description ?? null,
    createdDate: aws.createdDate ?? new Date(0),
    version: aws.version ?? null,
    tags: tagList(aws.tags),
  });

  async function one(restApiId: string): Promise<RestApiDetails | null> {
    try {
      return await readStored(stores.restApi, restApiId, async (send) =>
        fromAws(await send(new GetRestApiCommand({ restApiId }), 'safe')),
      );
    } catch (error) {
      if (failedWith(error, 'NOT_FOUND')) return null;
      throw error;
    }
  }

  const pageKey = (position: string | undefined, limit: number): string => `${limit}/${position ?? ''}`;
  const page = oncePerQuery(
    trail,
    pageKey,
    (position: string | undefined, limit: number): Promise<Page<RestApiDetails>> =>
      readStored(stores.restApis, pageKey(position, limit), async (send) => {
        const answer = await send(new GetRestApisCommand({ position, limit }), 'safe');
        return { items: (answer.items ?? []).map(fromAws), position: answer.position };
      }),
  );

  const loader = new DataLoader<string, RestApiDetails | null>(async (ids) => {
    observer.batched('restApi', ids.length);
    const reader = {
      one,
      page: (position: string | undefined) => page(position, MAX_PAGE),
      idOf: ({ restApiId }: RestApiDetails) => restApiId,
    };
    const found = await findMany(ids, reader).catch(asError);
    return ids.map((id) => (found instanceof Error ? found : (found.get(id) ?? null)));
  });

  /** Whether there is such an API, by the listing of its stages that is going to be asked for anyway. */
  async function hasStages(restApiId: string): Promise<boolean> {
    try {
      await stages.list(restApiId);
      return true;
    } catch (error) {
      if (failedWith(error, 'NOT_FOUND')) return false;
      // Not about the API: the fields below say it, each for itself.
      return true;
    }
  }

  /** An API, or null when there is none of this id, in the fewest calls that the asked-for fields allow. */
  async function find(restApiId: string, fields: ReadonlySet<string>): Promise<RestApiModel | null> {
    const byStages = !needsDetails(fields) && (fields.has('stages') || fields.has('stage'));
    if (byStages) return (await hasStages(restApiId)) ? stub(restApiId) : null;
    return loader.load(restApiId);
  }

  return {
    get(restApiId: string, fields: ReadonlySet<string>): Promise<RestApiModel | null> {
      requireNames({ restApiId });
      return find(restApiId, fields);
    },

    /** By either key; null for what does not exist or is no key at all. */
    async resolve(
      { id, ...names }: { readonly id?: string | undefined; readonly restApiId?: string | undefined },
      fields: ReadonlySet<string>,
    ): Promise<RestApiModel | null> {
      const parts = decodeId('RestApi', region, 1, id) ?? [names.restApiId];
      refuseOpaqueId(names.restApiId);
      if (!areNames(parts)) return null;
      const [restApiId = ''] = parts;
      return find(restApiId, fields);
    },

    /** The API of something that was read from it: it needs no proof that it exists. */
    of: (restApiId: string, fields: ReadonlySet<string>): Promise<RestApiModel | null> | RestApiModel =>
      needsDetails(fields) ? loader.load(restApiId) : stub(restApiId),

    /** A page of the account's APIs. */
    async list(args: PageArguments) {
      const connection = await readConnection<RestApiModel>(args, async (position, limit) => {
        const answer = await page(position, limit);
        for (const api of answer.items) loader.prime(api.restApiId, api);
        return answer;
      });
      reportPage(connection.nodes.map(({ restApiId }) => restApiId));
      return connection;
    },
  };
}
