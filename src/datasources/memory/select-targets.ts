import { gatewayError } from '../../errors/gateway-error.ts';
import { isOfAccount } from '../../fleet/find-target.ts';
import type { Target } from '../../fleet/target.ts';
import { quote } from '../../untrusted/quote.ts';

interface TargetFilter {
  readonly accounts?: readonly string[] | null | undefined;
  readonly regions?: readonly string[] | null | undefined;
}

/** Throws BAD_USER_INPUT for a name that selects no target: it is probably misspelt. */
function requireKnown(
  field: string,
  names: readonly string[] | null | undefined,
  isKnown: (name: string) => boolean,
): void {
  const unknown = names?.find((name) => !isKnown(name));
  if (unknown === undefined) return;
  throw gatewayError(
    'BAD_USER_INPUT',
    `${field}: ${quote(unknown)} is not known to this gateway. See stageTargets.`,
  );
}

/** The targets that a filter selects of those that the caller may read. */
export function selectTargets(
  readable: readonly Target[],
  filter: TargetFilter | null | undefined,
): readonly Target[] {
  const { accounts, regions } = filter ?? {};
  requireKnown('where.accounts', accounts, (name) => readable.some(isOfAccount(name)));
  requireKnown('where.regions', regions, (name) => readable.some(({ region }) => region === name));
  return readable.filter(
    (target) =>
      (accounts == null || accounts.some((name) => isOfAccount(name)(target))) &&
      (regions == null || regions.includes(target.region)),
  );
}
