import type { ReactNode } from 'react';
import { useTargets } from '../parts/use-targets.ts';
import type { Filters } from './use-filters.ts';

interface ChoiceProps extends ReturnType<Filters['choice']> {
  readonly label: string;
  readonly options: readonly (readonly [value: string, text: string])[];
}

export function Choice({ name, label, options, value, onChoose }: ChoiceProps) {
  return (
    <label>
      {label}
      <select name={name} value={value} onChange={({ target }) => onChoose(target.value)}>
        <option value="">any</option>
        {options.map(([option, text]) => (
          <option key={option} value={option}>
            {text}
          </option>
        ))}
      </select>
    </label>
  );
}

/** Accounts and Regions, where there are several. */
export function TargetChoices({ choice }: Pick<Filters, 'choice'>) {
  const { accounts, regions } = useTargets();
  return (
    <>
      {accounts.length > 1 && <Choice {...choice('account')} label="Account" options={accounts} />}
      {regions.length > 1 && (
        <Choice {...choice('region')} label="Region" options={regions.map((region) => [region, region])} />
      )}
    </>
  );
}

interface SearchFormProps {
  readonly filters: Filters;
  /** What the field of the API takes. */
  readonly hint: string;
  /** Fields beside that of the API. */
  readonly fields?: ReactNode;
  readonly children?: ReactNode;
}

/** What is searched for is in the address, so a filtered list can be sent to a colleague. */
export function SearchForm({ filters, hint, fields, children }: SearchFormProps) {
  return (
    <form
      className="filters"
      role="search"
      aria-label="Stages"
      onSubmit={(event) => {
        event.preventDefault();
        filters.search();
      }}
    >
      <div className="search">
        <label>
          API
          <input type="search" aria-describedby="api-hint" {...filters.field('restApis')} />
        </label>
        {fields}
        <TargetChoices choice={filters.choice} />
        <button className="primary">Search</button>
      </div>
      <p className="hint" id="api-hint">
        {hint}
      </p>
      {children}
    </form>
  );
}
