import type { DeployedMethod, DeployedMethods } from './deployed-methods.ts';
import { methodName } from './method-names.ts';

/** The methods in which two deployments differ, each list by path, then by method. */
export interface DeploymentDifference {
  readonly added: DeployedMethod[];
  readonly removed: DeployedMethod[];
  readonly changed: { readonly before: DeployedMethod; readonly after: DeployedMethod }[];
  /** Whether `after` is the older deployment. */
  readonly isOlder: boolean;
}

const byName = ({ methods }: DeployedMethods): ReadonlyMap<string, DeployedMethod> =>
  new Map(methods.map((method) => [methodName(method), method]));

export function differenceOf(before: DeployedMethods, after: DeployedMethods): DeploymentDifference {
  const earlier = byName(before);
  const later = byName(after);
  const isChanged = (one: DeployedMethod, other: DeployedMethod): boolean =>
    one.authorizationType !== other.authorizationType || one.apiKeyRequired !== other.apiKeyRequired;
  return {
    added: after.methods.filter((method) => !earlier.has(methodName(method))),
    removed: before.methods.filter((method) => !later.has(methodName(method))),
    changed: before.methods.flatMap((method) => {
      const now = later.get(methodName(method));
      return now !== undefined && isChanged(method, now) ? [{ before: method, after: now }] : [];
    }),
    isOlder: after.createdDate < before.createdDate,
  };
}
