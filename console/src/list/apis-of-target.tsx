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

/** The APIs of a target with their stages, read from AWS page by page: also those without a stage. */
export function ApisOfTarget({ account, region, search = '', ...choosing }: ApisOfTargetProps) {
  const { targets, place } = useTargets();
  const { data, error, fetchMore, loading, refetch } = useQuery(ApisDocument, {
    variables: { account, region, first: PAGE, nameContains: search },
    errorPolicy: 'all',
  });
  const byId = useQuery(
    ApiDocument,
    API_ID.test(search)
      ? { variables: { account, region, restApiId: search }, errorPolicy: 'all' }
      : skipToken,
  ).data?.restApi;
  const apis = data?.restApis;
  const found = [...(byId == null ? [] : [byId]), ...(apis?.nodes ?? [])];
  const where = targets.length > 1 ? ` in ${place({ account, region })}` : '';
  return (
    <>
      {error !== undefined && (
        <Failure error={error} what={`Not all APIs could be read${where}`} onRetry={() => void refetch()} />
      )}
      {loading && apis == null && <p role="status">Loading …</p>}
      {apis != null && found.length === 0 && !apis.pageInfo.hasNextPage && (
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
          disabled={loading}
          onClick={() => void fetchMore({ variables: { after: apis.pageInfo.endCursor } })}
        >
          More APIs<span className="visually-hidden">{where}</span>
        </button>
      )}
    </>
  );
}
