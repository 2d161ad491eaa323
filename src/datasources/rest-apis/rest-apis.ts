import { GetRestApiCommand, GetRestApisCommand, type RestApi } from '@aws-sdk/client-api-gateway';
import DataLoader from 'dataloader';
import type * as sdl from '../../__generated__/types.ts';
import { failedWith } from '../../errors/upstream-error.ts';
import type { Target, TargetKey } from '../../fleet/target.ts';
import { encodeId } from '../inputs/global-id.ts';
import { requireNames } from '../inputs/names.ts';
import { tagList } from '../inputs/tags.ts';
import type { ReadDependencies } from '../reads/cached-reads.ts';
import { type Connection, MAX_PAGE, type PageArguments, readConnection } from '../reads/connection.ts';
import { asError, nullIf } from '../reads/failed-reads.ts';
import { findMany, type Page } from '../reads/find-many.ts';
import { readOnce } from '../reads/read-once.ts';
import { searchList } from '../reads/scan.ts';
import type { StageReader } from '../stages/reader.ts';

/** Fields of an API that need another call. */
type Resolved = 'stages' | 'stage' | 'deployments';

/** An API as AWS describes it. */
export type RestApiDetails = Readonly<Omit<sdl.RestApi, '__typename' | Resolved>>;

/** An API by its ids, which need no call; with AWS's details if the query asks for them. */
export type RestApiModel = Pick<RestApiDetails, 'id' | 'restApiId' | keyof TargetKey> &
  Partial<RestApiDetails>;

/** Fields that need no GetRestApi: the ids are known, and the others are calls of their own. */
const withoutDetails = new Set([
  '__typename',
  'id',
  'account',
  'region',
  'restApiId',
  'stages',
  'stage',
  'deployments',
]);
const needsDetails = (fields: ReadonlySet<string>): boolean =>
  [...fields].some((field) => !withoutDetails.has(field));

const restApiFromAws = (aws: RestApi, target: Target): RestApiDetails => ({
  id: encodeId('RestApi', target, aws.id ?? ''),
  account: target.account,
  region: target.region,
  restApiId: aws.id ?? '',
  name: aws.name ?? '',
  description: aws.description ?? null,
  createdDate: aws.createdDate ?? new Date(0),
  version: aws.version ?? null,
  tags: tagList(aws.tags),
});

/** Whether an API's name contains a text, capital letters or not. Every name contains the empty text. */
function nameMatcher(text: string): (api: RestApiDetails) => boolean {
  const wanted = text.toLowerCase();
  return ({ name }) => name.toLowerCase().includes(wanted);
}

const pageKey = (position: string | undefined, limit: number): string => `${limit}/${position ?? ''}`;

function createRestApiReader(dependencies: ReadDependencies) {
  const { target, cachedReads, caches, observer, recorder, observe } = dependencies;
  const one = (restApiId: string): Promise<RestApiDetails | null> => {
    const read = cachedReads.read(caches.restApi, restApiId, async (send) => {
      const startedAt = new Date();
      const api = restApiFromAws(await send(new GetRestApiCommand({ restApiId }), 'safe'), target);
      observe.restApis(target, [api], startedAt);
      return api;
    });
    return nullIf(read, 'NOT_FOUND');
  };

  const page = readOnce(
    recorder,
    pageKey,
    (position: string | undefined, limit: number): Promise<Page<RestApiDetails>> =>
      cachedReads.read(caches.restApis, pageKey(position, limit), async (send) => {
        const startedAt = new Date();
        const answer = await send(new GetRestApisCommand({ position, limit }), 'safe');
        const items = (answer.items ?? []).map((aws) => restApiFromAws(aws, target));
        observe.restApis(target, items, startedAt);
        return { items, position: answer.position };
      }),
  );

  const loader = new DataLoader<string, RestApiDetails | null>(async (ids) => {
    observer.batched('restApi', ids.length);
    const found = await findMany(ids, {
      one,
      page: (position) => page(position, MAX_PAGE),
      idOf: ({ restApiId }) => restApiId,
    }).catch(asError);
    return ids.map((id) => (found instanceof Error ? found : (found.get(id) ?? null)));
  });
  return { page, loader };
}

const stub = (target: Target, restApiId: string): RestApiModel => ({
  id: encodeId('RestApi', target, restApiId),
  account: target.account,
  region: target.region,
  restApiId,
});

export interface RestApiSearch extends PageArguments {
  readonly nameContains?: string | null | undefined;
}

/** The REST APIs of one request. */
export function createRestApiSource(dependencies: ReadDependencies, stages: StageReader) {
  const { target, cachedReads } = dependencies;
  const { page, loader } = createRestApiReader(dependencies);

  /** Whether the API exists, by the list of its stages, which the query needs anyway. */
  async function hasStages(restApiId: string): Promise<boolean> {
    try {
      await stages.list(restApiId);
      return true;
    } catch (error) {
      // Any other failure is not about the API: the fields of the API report it.
      return !failedWith(error, 'NOT_FOUND');
    }
  }

  /** An API, or null if it does not exist, in the fewest calls that the requested fields allow. */
  async function find(restApiId: string, fields: ReadonlySet<string>): Promise<RestApiModel | null> {
    const byStages = !needsDetails(fields) && (fields.has('stages') || fields.has('stage'));
    if (!byStages) return loader.load(restApiId);
    return (await hasStages(restApiId)) ? stub(target, restApiId) : null;
  }

  return {
    get(restApiId: string, fields: ReadonlySet<string>): Promise<RestApiModel | null> {
      requireNames({ restApiId });
      return find(restApiId, fields);
    },

    find,

    /** The API of something that was read from it, and which therefore exists. */
    of: (restApiId: string, fields: ReadonlySet<string>): Promise<RestApiModel | null> | RestApiModel =>
      needsDetails(fields) ? loader.load(restApiId) : stub(target, restApiId),

    /** A page of the account's APIs; with `nameContains`, of those with such a name. */
    async list({ nameContains, ...args }: RestApiSearch): Promise<Connection<RestApiModel>> {
      const connection = await (nameContains == null || nameContains === ''
        ? readConnection(target, args, page)
        : searchList(target, args, nameMatcher(nameContains), page));
      for (const api of connection.nodes) loader.prime(api.restApiId, api);
      cachedReads.reportPage(connection.nodes.map(({ restApiId }) => restApiId));
      return connection;
    },
  };
}
