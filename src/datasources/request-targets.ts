import type { TargetCache } from '../cache/index.ts';
import { gatewayError } from '../errors/gateway-error.ts';
import { findTarget, isTarget, type TargetReference, type UnknownTarget } from '../fleet/find-target.ts';
import type { Targets } from '../fleet/fleet.ts';
import { type Target, targetId, type TargetKey } from '../fleet/target.ts';
import type { Caches } from './caches.ts';
import { createTargetSources, type TargetRequest, type TargetSources } from './target-sources.ts';

/** The targets that one request uses, each with its data sources. */
export type RequestTargets = ReturnType<typeof createRequestTargets>;

/** `targets` are those when the request began. */
export function createRequestTargets(
  targets: Targets,
  cachesOf: (cache: TargetCache) => Caches,
  request: TargetRequest,
) {
  const { home } = targets;
  const { caller, observer } = request;
  let readsHome: boolean | undefined;
  const isReadable = (target: Target): boolean => caller.readsTarget(targetId(target));
  let known: readonly Target[] | undefined;
  /** The other targets are unknown to the caller. */
  const readable = (): readonly Target[] => (known ??= targets.all.filter(isReadable));
  /** All but home; most requests use no other. */
  let opened: Map<string, TargetSources> | undefined;
  let ofHome: TargetSources | undefined;
  let first: TargetSources | undefined;

  function open(target: Target): TargetSources {
    const connected = targets.connect(target);
    const sources = createTargetSources(connected, cachesOf(connected.cache), request, first?.deadline);
    first ??= sources;
    return sources;
  }
  const openHome = (): TargetSources => (ofHome ??= open(home));

  function sourcesOf(target: Target): TargetSources {
    if (target === home) return openHome();
    const id = targetId(target);
    opened ??= new Map();
    let sources = opened.get(id);
    if (sources === undefined) opened.set(id, (sources = open(target)));
    return sources;
  }
  function find(reference: TargetReference): Target | UnknownTarget {
    if (reference.account == null && reference.region == null && (readsHome ??= isReadable(home)))
      return home;
    const found = findTarget(reference, home, readable());
    if (!isTarget(found) && isTarget(findTarget(reference, home, targets.all))) observer.forbade('read');
    return found;
  }

  /** The data sources of the target that an operation names. Throws BAD_USER_INPUT if there is none. */
  function at(reference: TargetReference): TargetSources {
    const found = find(reference);
    if (isTarget(found)) return sourcesOf(found);
    throw gatewayError('BAD_USER_INPUT', found.message);
  }

  return {
    readable,
    find,
    sourcesOf,
    at,
    /** The data sources of the target that something was read from. */
    of: (item: TargetKey): TargetSources =>
      item.account === home.account && item.region === home.region
        ? openHome()
        : (opened?.get(targetId(item)) ?? at(item)),
  };
}
