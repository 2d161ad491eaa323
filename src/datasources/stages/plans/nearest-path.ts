import distance from 'damerau-levenshtein';

/** A path without the names of its parameters: `/pets/{id}` and `/pets/{petId}` are alike. */
const shapeOf = (path: string): string => path.replaceAll(/\{[^}/]*?(\+?)\}/g, '{$1}').toLowerCase();

/** More typing errors than that are another path. */
const maxSteps = (path: string): number => Math.floor(path.length * 0.4) + 1;

/** The path that was probably meant: one of the same shape, else the one with the fewest typing errors. */
export function nearestPath(given: string, paths: readonly string[]): string | undefined {
  const shape = shapeOf(given);
  const same = paths.find((path) => shapeOf(path) === shape);
  if (same !== undefined) return same;
  const [nearest] = paths
    .map((path) => ({ path, steps: distance(shapeOf(path), shape).steps }))
    .filter(({ steps }) => steps <= maxSteps(shape))
    .sort((one, other) => one.steps - other.steps);
  return nearest?.path;
}
