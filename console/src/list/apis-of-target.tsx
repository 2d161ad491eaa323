import { useQuery } from '@apollo/client/react';
import { ApisDocument } from '../__generated__/graphql.ts';
import { Failure } from '../parts/failure.tsx';
import { ApiTable, type Choosing } from './stage-rows.tsx';

interface ApisOfTargetProps extends Choosing {
  readonly account: string;
  readonly region: string;
}

const PAGE = 20;

/** The APIs of a target with their stages, read from AWS page by page: also those without a stage. */
export function ApisOfTarget({ account, region, ...choosing }: ApisOfTargetProps) {
  const { data, error, fetchMore, loading, refetch } = useQuery(ApisDocument, {
    variables: { account, region, first: PAGE },
    errorPolicy: 'all',
  });
  const apis = data?.restApis;
  return (
    <>
      {error !== undefined && (
        <Failure error={error} what="Not all APIs could be read" onRetry={() => void refetch()} />
      )}
      {loading && apis == null && <p role="status">Loading …</p>}
      {apis?.nodes.length === 0 && <p>There are no APIs.</p>}
      {apis?.nodes.map(({ id, name, restApiId, stages }) => (
        <ApiTable key={id} name={name} ids={[restApiId]} placeOf={() => ''} stages={stages} {...choosing} />
      ))}
      {apis?.pageInfo.hasNextPage === true && (
        <button
          disabled={loading}
          onClick={() => void fetchMore({ variables: { after: apis.pageInfo.endCursor } })}
        >
          More APIs
        </button>
      )}
    </>
  );
}
