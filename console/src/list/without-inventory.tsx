import { Failure } from '../parts/failure.tsx';
import { useTargets } from '../parts/use-targets.ts';
import { ApisOfTarget } from './apis-of-target.tsx';
import { SearchForm } from './filter-fields.tsx';
import type { Choosing } from './stage-rows.tsx';
import { useFilters } from './use-filters.ts';

/** Without the inventory: what AWS lists, page by page. */
export function WithoutInventory({ given, ...choosing }: Choosing & { readonly given: URLSearchParams }) {
  const { targets, error, loading, refetch } = useTargets();
  const filters = useFilters(given);
  const account = filters.get('account');
  const region = filters.get('region');
  const shown = targets.filter(
    (target) =>
      (account === '' || account === target.account || account === target.alias) &&
      (region === '' || region === target.region),
  );
  return (
    <>
      <p role="alert" className="notice">
        The gateway’s inventory is not available, so this list is read from AWS page by page. Filters of
        stages need the inventory.
      </p>
      <SearchForm filters={filters} hint="API: a part of its name, or its whole id." />
      {error !== undefined && (
        <Failure error={error} what="The accounts could not be read" onRetry={() => void refetch()} />
      )}
      {loading && targets.length === 0 && <p role="status">Loading …</p>}
      {targets.length > 0 && shown.length === 0 && <p>No account and Region is like that.</p>}
      {shown.map((target) => (
        <ApisOfTarget
          key={target.id}
          account={target.account}
          region={target.region}
          search={filters.get('restApis').trim()}
          {...choosing}
        />
      ))}
    </>
  );
}
