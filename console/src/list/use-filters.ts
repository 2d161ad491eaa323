import { useState, type ChangeEvent } from 'react';
import { go, hrefOf } from '../address.ts';
import { filterNames } from './filters.ts';

/** The search and the filters that the address has, with what has been typed since: no click drops it. */
export function useFilters(given: URLSearchParams) {
  const [typed, setTyped] = useState<Readonly<Record<string, string>>>({});
  const get = (name: string): string => given.get(name) ?? '';
  const now: Readonly<Record<string, string>> = {
    ...Object.fromEntries(filterNames.map((name) => [name, get(name)])),
    ...typed,
  };
  const show = (filters: Readonly<Record<string, string>>) => go(hrefOf('/', filters));
  return {
    now,
    get,
    search: () => show(now),
    /** Of a field to type in: what is typed counts from the next search on. */
    field: (name: string) => ({
      name,
      value: now[name] ?? '',
      onChange: ({ target }: ChangeEvent<HTMLInputElement>) => setTyped({ ...typed, [name]: target.value }),
    }),
    /** Of a choice, which counts at once. */
    choice: (name: string) => ({
      name,
      value: get(name),
      onChoose: (value: string) => show({ ...now, [name]: value }),
    }),
  };
}

export type Filters = ReturnType<typeof useFilters>;
