import { skipToken, useQuery } from '@apollo/client/react';
import { ApiDocument, ApisDocument } from '../__generated__/graphql.ts';
import { Failure } from '../parts/failure.tsx';
import { useTargets } from '../parts/use-targets.ts';
import { API_ID } from './filters.ts';
import { ApiTable, type Choosing } from './stage-rows.tsx';

interface ApisOfTargetProps extends Choosing {
  readonly account: string;
  readonly region: string;
  /** A part of a name, or an id. Empty: all APIs. */
  readonly search?: string;
}

const PAGE = 20;

/** The APIs of which the text is a part of the name, page by page, and the one of which it is the id. */
function useApis({ account, region, search = '' }: Omit<ApisOfTargetProps, keyof Choosing>) {
  const pages = useQuery(ApisDocument, {
    variables: { account, region, first: PAGE, nameContains: search },
    errorPolicy: 'all',
  });
  const byId = useQuery(
    ApiDocument,
    API_ID.test(search)
      ? { variables: { account, region, restApiId: search }, errorPolicy: 'all' }
      : skipToken,
  );
  const apis = pages.data?.restApis;
  const ofId = byId.data?.restApi;
  const others = (apis?.nodes ?? []).filter(({ id }) => id !== ofId?.id);
  return {
    pages,
    byId,
    apis,
    found: [...(ofId == null ? [] : [ofId]), ...others],
    loading: byId.loading || (pages.loading && apis == null),
    isComplete: apis?.pageInfo.hasNextPage === false && !byId.loading && byId.error === undefined,
  };
}

/** The APIs of a target with their stages, read from AWS page by page: also those without a stage. */
export function ApisOfTarget({ account, region, search = '', ...choosing }: ApisOfTargetProps) {
  const { targets, place } = useTargets();
  const { pages, byId, apis, found, loading, isComplete } = useApis({ account, region, search });
  const where = targets.length > 1 ? ` in ${place({ account, region })}` : '';
  return (
    <>
      {pages.error !== undefined && (
        <Failure
          error={pages.error}
          what={`Not all APIs could be read${where}`}
          onRetry={() => void pages.refetch()}
        />
      )}
      {byId.error !== undefined && (
        <Failure
          error={byId.error}
          what={`The API ${search} could not be read${where}`}
          onRetry={() => void byId.refetch()}
        />
      )}
      {loading && <p role="status">Loading …</p>}
      {isComplete && found.length === 0 && (
        <p>{search === '' ? `There are no APIs${where}.` : `No API is like that${where}.`}</p>
      )}
      {found.map(({ id, name, restApiId, stages }) => (
        <ApiTable
          key={id}
          name={name}
          ids={[restApiId]}
          placeOf={(stage) => (targets.length > 1 ? place(stage) : '')}
          stages={stages}
          {...choosing}
        />
      ))}
      {apis?.scanLimitReached === true && (
        <p className="hint">The search stopped after 2500 APIs{where}: go on with “More APIs”.</p>
      )}
      {apis?.pageInfo.hasNextPage === true && (
        <button
          disabled={pages.loading}
          onClick={() => void pages.fetchMore({ variables: { after: apis.pageInfo.endCursor } })}
        >
          More APIs<span className="visually-hidden">{where}</span>
        </button>
      )}
    </>
  );
}
