import { useQuery } from '@apollo/client/react';
import { ComparisonDocument } from '../__generated__/graphql.ts';
import { compareHref, type StageKey } from '../address.ts';
import { Failure } from '../parts/failure.tsx';
import { Ago } from '../parts/time.tsx';
import { useTitle } from '../parts/use-title.ts';
import { Comparison } from './comparison.tsx';
import { useLabels } from './use-labels.ts';

interface ComparedProps {
  readonly of: StageKey;
  readonly label: string;
  readonly stage: { readonly observedAt: string } | null;
}

/** When AWS was asked about a stage, or that it does not exist. */
function Compared({ of, label, stage }: ComparedProps) {
  if (stage === null) {
    return (
      <p role="alert">
        There is no stage <code>{of.stageName}</code> of <code>{of.restApiId}</code>.
      </p>
    );
  }
  return (
    <p className="hint">
      <code>{of.restApiId}</code> {label}: seen at AWS <Ago at={stage.observedAt} />
    </p>
  );
}

/** What differs between two stages. */
export function ComparePage({ one, other }: { one: StageKey; other: StageKey }) {
  const labels = useLabels(one, other);
  const heading = `${labels.one} and ${labels.other} compared`;
  useTitle(heading);
  // Without a target of its own the other one is of the same as the first.
  const otherAccount = other.account ?? one.account;
  const otherRegion = other.region ?? one.region;
  const { data, error, loading, refetch } = useQuery(ComparisonDocument, {
    variables: {
      ...one,
      otherRestApiId: other.restApiId,
      otherStageName: other.stageName,
      ...(otherAccount !== undefined && { otherAccount }),
      ...(otherRegion !== undefined && { otherRegion }),
    },
    errorPolicy: 'all',
    fetchPolicy: 'network-only',
  });
  const stage = data?.stage;
  return (
    <>
      <p className="crumbs">
        <a href="#/">Stages</a>
      </p>
      <h1>{heading}</h1>
      <p className="hint">
        <a href={compareHref({ ...one, ...other }, one)}>The other way round</a>
      </p>
      {error !== undefined && (
        <Failure error={error} what="They could not be compared" onRetry={() => void refetch()} />
      )}
      {loading && data === undefined && <p role="status">Loading …</p>}
      {data !== undefined && (error === undefined || data.stage !== null) && (
        <Compared of={one} label={labels.one} stage={data.stage} />
      )}
      {data !== undefined && (error === undefined || data.other !== null) && (
        <Compared of={other} label={labels.other} stage={data.other} />
      )}
      {stage?.differencesFrom != null && (
        <Comparison
          key={stage.id}
          stage={stage}
          other={other}
          labels={labels}
          onChanged={() => void refetch()}
        />
      )}
    </>
  );
}
