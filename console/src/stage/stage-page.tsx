import { useApolloClient, useQuery } from '@apollo/client/react';
import {
  LiveDocument,
  MemoryDocument,
  SiblingsDocument,
  StageDocument,
  type StageQuery,
} from '../__generated__/graphql.ts';
import { hrefOf, type StageKey } from '../address.ts';
import { useChanges } from '../changes/use-changes.tsx';
import { CompareWith } from '../compare/compare-with.tsx';
import { Failure } from '../parts/failure.tsx';
import { Ago } from '../parts/time.tsx';
import { useTargets } from '../parts/use-targets.ts';
import { useTitle } from '../parts/use-title.ts';
import { useRefresh } from '../use-refresh.ts';
import { namesOf } from '../words/plan-line.ts';
import { FactsSection, VariablesSection } from './facts.tsx';
import { FindingsSection } from './findings.tsx';
import { LiveSection } from './live.tsx';
import { MemorySections } from './memory.tsx';
import { MethodsSection } from './methods.tsx';
import { PermissionsSection } from './permissions.tsx';
import { StageContext } from './stage-context.ts';

type Shown = NonNullable<StageQuery['stage']>;

function Title({ stage, onLoad }: { stage: Shown; onLoad: () => void }) {
  const { account, region, restApiId, stageName, restApi, description, invokeUrl, observedAt } = stage;
  const { targets, place } = useTargets();
  const name = restApi?.name ?? restApiId;
  // APIs of one name may be in several targets.
  const stages = { restApis: name, ...(targets.length > 1 && { account, region }) };
  return (
    <div className="title">
      <p className="crumbs">
        <a href="#/">Stages</a> / {place(stage)} / <a href={hrefOf('/', stages)}>{name}</a>
      </p>
      <h1>
        {name} · {stageName}
      </h1>
      {description !== null && <p>{description}</p>}
      {invokeUrl !== null && (
        <p>
          <code>{invokeUrl}</code>
        </p>
      )}
      <p className="observed">
        Seen at AWS <Ago at={observedAt} />{' '}
        <button type="button" onClick={onLoad}>
          Load again
        </button>
      </p>
    </div>
  );
}

function StageView({ stage, load }: { stage: Shown; load: () => Promise<unknown> }) {
  const { account, region, restApiId, stageName, restApi, observedAt } = stage;
  const live = useQuery(LiveDocument, {
    variables: { account, region, restApiId, stageName },
    errorPolicy: 'all',
    fetchPolicy: 'cache-and-network',
  });
  const deployments = restApi?.deployments?.nodes ?? [];
  const names = namesOf(deployments);
  const { begin, hasBegun, done, dialog } = useChanges({
    stage,
    names,
    load: () => void load(),
  });
  useRefresh({ load, observedAt, isPaused: hasBegun });
  return (
    <StageContext value={{ stage, names, begin }}>
      <Title stage={stage} onLoad={() => void load()} />
      {done}
      <div className="columns">
        <div>
          <LiveSection
            deployments={deployments}
            differences={live.data?.stage?.canarySettings?.differences}
          />
          {live.error !== undefined && <Failure error={live.error} what="Not all can be shown" />}
          <FindingsSection findings={live.data?.stage?.findings ?? undefined} loading={live.loading} />
          <MethodsSection methods={live.data?.stage?.methods ?? undefined} loading={live.loading} />
        </div>
        <div>
          <MemorySections />
          <VariablesSection />
          <FactsSection />
          <CompareWith />
          <PermissionsSection />
        </div>
      </div>
      {dialog}
    </StageContext>
  );
}

/** All about one stage. */
export function StagePage({ of }: { of: StageKey }) {
  const { data, error, refetch, loading } = useQuery(StageDocument, {
    variables: of,
    errorPolicy: 'all',
    fetchPolicy: 'cache-and-network',
  });
  const stage = data?.stage;
  useTitle(stage == null ? of.stageName : `${stage.restApi?.name ?? stage.restApiId} · ${stage.stageName}`);
  const client = useApolloClient();
  // A change from outside is in the history once the stage has been read: so the stage is first.
  const load = async () => {
    await refetch();
    await client.refetchQueries({ include: [LiveDocument, MemoryDocument, SiblingsDocument] });
  };
  return (
    <>
      {error !== undefined && (
        <Failure error={error} what="The stage could not be read" onRetry={() => void load()} />
      )}
      {stage == null ? (
        <>
          <h1>{of.stageName}</h1>
          {loading && <p role="status">Loading …</p>}
          {data !== undefined && error === undefined && (
            <p role="alert">
              There is no stage <code>{of.stageName}</code> of <code>{of.restApiId}</code>.{' '}
              <a href="#/">All stages</a>
            </p>
          )}
        </>
      ) : (
        <StageView key={stage.id} stage={stage} load={load} />
      )}
    </>
  );
}
