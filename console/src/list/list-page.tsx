import { skipToken, useQuery } from '@apollo/client/react';
import { useState } from 'react';
import { InventoryDocument, TargetsDocument, type InventoryQuery } from '../__generated__/graphql.ts';
import { compareHref, hrefOf, type StageKey } from '../address.ts';
import { Failure } from '../parts/failure.tsx';
import { Ago } from '../parts/time.tsx';
import { useTitle } from '../parts/use-title.ts';
import { problemsOf } from '../problem.ts';
import { useRefresh } from '../use-refresh.ts';
import { plural } from '../words/values.ts';
import { ApisOfTarget } from './apis-of-target.tsx';
import { FilterForm } from './filter-form.tsx';
import { PAGE } from './filters.ts';
import { ApiTable, type Choosing } from './stage-rows.tsx';
import { useInventoryVariables } from './use-inventory-variables.ts';

type Inventory = NonNullable<InventoryQuery['stageInventory']>;

/** Stages that are next to each other, by the name of their API. Ordered by date, an API may come more than once. */
function groupsOf(nodes: Inventory['nodes']) {
  const groups: { name: string; stages: Inventory['nodes'] }[] = [];
  for (const stage of nodes) {
    const name = stage.restApi?.name ?? stage.restApiId;
    const last = groups.at(-1);
    if (last?.name === name) last.stages.push(stage);
    else groups.push({ name, stages: [stage] });
  }
  return groups;
}

/** Account and Region, the account by its alias where it has one. */
function usePlace(): (of: { readonly account: string; readonly region: string }) => string {
  const { data } = useQuery(TargetsDocument, { errorPolicy: 'all' });
  const aliases = new Map(data?.stageTargets?.map(({ account, alias }) => [account, alias ?? account]));
  return ({ account, region }) => `${aliases.get(account) ?? account} ${region}`;
}

/** How complete and how old what is shown is. */
function Targets({ targets }: Pick<Inventory, 'targets'>) {
  const place = usePlace();
  return (
    <ul className="targets">
      {targets.map(({ account, region, restApis, stages, complete, oldest, error }) => (
        <li key={`${account} ${region}`}>
          {place({ account, region })}:{' '}
          <a href={hrefOf('/apis', { account, region })}>
            {plural(restApis, 'API')}
            <span className="visually-hidden"> of {place({ account, region })}</span>
          </a>
          , {plural(stages, 'stage')}
          {oldest !== null && (
            <>
              , the oldest seen <Ago at={oldest} />
            </>
          )}
          {!complete && (
            <span className="warning">
              {' '}
              Not complete: {error ?? 'the gateway has not gone through it yet.'}
            </span>
          )}
        </li>
      ))}
    </ul>
  );
}

function useChoice(): Choosing & { readonly bar: React.ReactNode } {
  const [chosen, setChosen] = useState<readonly { readonly id: string; readonly key: StageKey }[]>([]);
  const [one, other] = chosen;
  return {
    isChosen: (id) => chosen.some((each) => each.id === id),
    onChoose: (id, { account, region, restApiId, stageName }) => {
      const key = {
        restApiId,
        stageName,
        ...(account !== undefined && { account }),
        ...(region !== undefined && { region }),
      };
      setChosen(
        chosen.some((each) => each.id === id)
          ? chosen.filter((each) => each.id !== id)
          : [...chosen.slice(-1), { id, key }],
      );
    },
    bar: one !== undefined && (
      <p className="bar" role="status">
        {other === undefined ? (
          `${one.key.stageName} is chosen: choose another one to compare.`
        ) : (
          <a className="button primary" href={compareHref(one.key, other.key)}>
            Compare {one.key.stageName} with {other.key.stageName}
          </a>
        )}
      </p>
    ),
  };
}

/** Without the inventory: what AWS lists, page by page. */
function WithoutInventory(choosing: Choosing) {
  const { data } = useQuery(TargetsDocument, { errorPolicy: 'all' });
  return (
    <>
      <p role="alert" className="notice">
        The gateway’s inventory is not available, so this list is read from AWS page by page. Search and
        filters need the inventory.
      </p>
      {data?.stageTargets?.map(({ id, account, region }) => (
        <ApisOfTarget key={id} account={account} region={region} {...choosing} />
      ))}
    </>
  );
}

/** All stages that the caller may see. */
export function ListPage({ given }: { given: URLSearchParams }) {
  useTitle('Stages');
  const address = given.toString();
  const variables = useInventoryVariables(address);
  const { data, error, fetchMore, loading, refetch } = useQuery(
    InventoryDocument,
    variables === undefined ? skipToken : { variables, errorPolicy: 'all', fetchPolicy: 'cache-and-network' },
  );
  const place = usePlace();
  const { bar, ...choosing } = useChoice();
  const inventory = data?.stageInventory;
  const isAway = error !== undefined && problemsOf(error).some(({ code }) => code === 'STORAGE_UNAVAILABLE');
  // A target with an error stays incomplete, as long as there is the error.
  const isIncomplete =
    inventory?.targets.some(({ complete, error: reason }) => !complete && reason === null) === true;
  const hasMore = (inventory?.nodes.length ?? 0) > PAGE;
  useRefresh({
    load: () => refetch(),
    observedAt: inventory?.targets.map(({ oldest }) => oldest).join(),
    // Further pages that were asked for would be gone.
    isPaused: isAway || hasMore,
    isIncomplete,
  });
  return (
    <>
      <h1>Stages</h1>
      {isAway ? (
        <WithoutInventory {...choosing} />
      ) : (
        <>
          <FilterForm key={address} given={given} />
          {error !== undefined && (
            <Failure error={error} what="The stages could not be read" onRetry={() => void refetch()} />
          )}
          {(loading || variables === undefined) && inventory == null && <p role="status">Loading …</p>}
          {inventory != null && (
            <>
              <p role="status" className="count">
                {plural(inventory.totalCount, 'stage')}
                {isIncomplete && ' so far'}
                {' · '}
                <button type="button" disabled={loading} onClick={() => void refetch()}>
                  Load again
                </button>
              </p>
              <Targets targets={inventory.targets} />
              {groupsOf(inventory.nodes).map(({ name, stages }) => (
                <ApiTable
                  key={stages[0]?.id}
                  name={name}
                  ids={[...new Set(stages.map(({ restApiId }) => restApiId))]}
                  placeOf={(stage) => (inventory.targets.length > 1 ? place(stage) : '')}
                  stages={stages}
                  {...choosing}
                />
              ))}
              {inventory.totalCount === 0 && <p>No stage is like that.</p>}
              {inventory.pageInfo.hasNextPage && (
                <button
                  disabled={loading}
                  onClick={() => void fetchMore({ variables: { after: inventory.pageInfo.endCursor } })}
                >
                  More stages
                </button>
              )}
            </>
          )}
        </>
      )}
      {bar}
    </>
  );
}

/** All APIs of a target, also those without a stage. */
export function ApisPage({ account, region }: { account: string; region: string }) {
  useTitle(`APIs of ${account} ${region}`);
  const { bar, ...choosing } = useChoice();
  return (
    <>
      <p className="crumbs">
        <a href="#/">Stages</a>
      </p>
      <h1>
        APIs of {account} {region}
      </h1>
      <ApisOfTarget account={account} region={region} {...choosing} />
      {bar}
    </>
  );
}
