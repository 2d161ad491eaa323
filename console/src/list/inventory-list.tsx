import type { InventoryQuery } from '../__generated__/graphql.ts';
import { hrefOf } from '../address.ts';
import { Ago } from '../parts/time.tsx';
import { useTargets } from '../parts/use-targets.ts';
import { plural } from '../words/values.ts';
import { ApiTable, type Choosing } from './stage-rows.tsx';

export type Inventory = NonNullable<InventoryQuery['stageInventory']>;

/** A target with an error stays incomplete, as long as there is the error. */
export const isIncomplete = ({ targets }: Pick<Inventory, 'targets'>): boolean =>
  targets.some(({ complete, error }) => !complete && error === null);

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

/** How complete and how old what is shown is. */
function Targets({ targets }: Pick<Inventory, 'targets'>) {
  const { place } = useTargets();
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

interface InventoryListProps extends Choosing {
  readonly inventory: Inventory;
  readonly loading: boolean;
  readonly onLoad: () => void;
  readonly onMore: () => void;
}

/** The stages that were found, by API. */
export function InventoryList({ inventory, loading, onLoad, onMore, ...choosing }: InventoryListProps) {
  const { targets: all, place } = useTargets();
  const { totalCount, targets, nodes, pageInfo } = inventory;
  return (
    <>
      <p role="status" className="count">
        {plural(totalCount, 'stage')}
        {isIncomplete(inventory) && ' so far'}
        {' · '}
        <button type="button" disabled={loading} onClick={onLoad}>
          Load again
        </button>
      </p>
      <Targets targets={targets} />
      {groupsOf(nodes).map(({ name, stages }) => (
        <ApiTable
          key={stages[0]?.id}
          name={name}
          ids={[...new Set(stages.map(({ restApiId }) => restApiId))]}
          placeOf={(stage) => (all.length > 1 ? place(stage) : '')}
          stages={stages}
          {...choosing}
        />
      ))}
      {totalCount === 0 && <p>No stage is like that.</p>}
      {pageInfo.hasNextPage && (
        <button disabled={loading} onClick={onMore}>
          More stages
        </button>
      )}
    </>
  );
}
