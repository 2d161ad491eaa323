import distance from 'damerau-levenshtein';
import { documentedNames } from './variable-docs.ts';

/** The present names of variables that were renamed. */
const renamed: ReadonlyMap<string, string> = new Map([['SHORTCUTS', 'EXECUTION_CACHES']]);

/** Allowed typing errors: one in a short name, two in a long one. With more, PATH would resemble AUTH. */
const maxTypos = (name: string): number => (name.length < 8 ? 1 : 2);

const resembles = (given: string, known: string): boolean =>
  distance(given.toUpperCase(), known).steps <= maxTypos(known);

/** A warning for each unknown variable that resembles one of ours (`STAGEAPI`, `PROT`), or was renamed. */
export function misspeltVariables(environment: NodeJS.ProcessEnv): string[] {
  const known = documentedNames();
  return Object.keys(environment)
    .filter((name) => !known.includes(name))
    .flatMap((name) => {
      const intended = renamed.get(name) ?? known.find((each) => resembles(name, each));
      return intended === undefined || environment[intended] !== undefined
        ? []
        : [`${name} is not a variable of stagegraph and is ignored. Did you mean ${intended}?`];
    });
}
