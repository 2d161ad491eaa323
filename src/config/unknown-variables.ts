import distance from 'damerau-levenshtein';
import { documentedNames } from './variable-docs.ts';

/** Allowed typing errors: one in a short name, two in a long one. With more, PATH would resemble AUTH. */
const slips = (name: string): number => (name.length < 8 ? 1 : 2);

const resembles = (given: string, known: string): boolean =>
  distance(given.toUpperCase(), known).steps <= slips(known);

/** A warning for each unknown variable that resembles one of ours: `STAGEAPI`, `PROT`. */
export function misspeltVariables(environment: NodeJS.ProcessEnv): string[] {
  const known = documentedNames();
  return Object.keys(environment)
    .filter((name) => !known.includes(name))
    .flatMap((name) => {
      const meant = known.find((each) => resembles(name, each));
      return meant === undefined || environment[meant] !== undefined
        ? []
        : [`${name} is not a variable of stagegraph and is ignored. Did you mean ${meant}?`];
    });
}
