import distance from 'damerau-levenshtein';

/** A path without the names of its parameters: `/pets/{id}` and `/pets/{petId}` are alike. */
const shapeOf = (path: string): string => path.replaceAll(/\{[^}/]*?(\+?)\}/g, '{$1}').toLowerCase();

/** More typing errors than that are another path. */
const maxSteps = (path: string): number => Math.floor(path.length / 4) + 1;

/** The distance takes time and memory by the square of the length. */
const MAX_LENGTH = 200;

/** The path that was probably meant: one of the same shape, else the one with the fewest typing errors. */
export function nearestPath(given: string, paths: Iterable<string>): string | undefined {
  const shape = shapeOf(given);
  const all = [...new Set(paths)].map((path) => ({ path, shape: shapeOf(path) }));
  const same = all.find((other) => other.shape === shape);
  if (same !== undefined || shape.length > MAX_LENGTH) return same?.path;
  const most = maxSteps(shape);
  const [nearest] = all
    .filter((other) => Math.abs(other.shape.length - shape.length) <= most)
    .map((other) => ({ path: other.path, steps: distance(other.shape, shape).steps }))
    .filter(({ steps }) => steps <= most)
    .sort((one, other) => one.steps - other.steps);
  return nearest?.path;
}
