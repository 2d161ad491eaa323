import type { PoliciesInForce } from '../../auth/permissions.ts';
import type { PoliciesFile } from '../../config/policies-file.ts';
import type { Fleet } from '../../fleet/fleet.ts';
import type { Logger } from '../logger.ts';
import { reloadOnSighup } from './reload.ts';

/** Policies that can be replaced while the gateway runs, in front of the targets of a fleet. */
export async function createPoliciesInForce(
  { policies }: Pick<PoliciesFile, 'policies'>,
  { aliasOf, generation: generationOfTargets }: Pick<Fleet, 'aliasOf' | 'generation'>,
) {
  // Loaded only where it is needed: Cedar is 4 MB of WebAssembly.
  const { createPolicySet } = await import('../../auth/policies/decide.ts');
  let generation = 1;
  let set = createPolicySet(policies);
  let inForce: PoliciesInForce | undefined;
  return {
    /** The same object until policies or targets change. */
    inForce: (): PoliciesInForce => {
      const now = `${generation}.${generationOfTargets()}`;
      if (inForce?.generation !== now) inForce = { policies: set, generation: now, aliasOf };
      return inForce;
    },
    replace(file: Pick<PoliciesFile, 'policies'>): void {
      set = createPolicySet(file.policies);
      generation += 1;
    },
  };
}

/** The policies of the file that POLICIES names, which is read again at SIGHUP; undefined without one. */
export async function startPolicies(
  path: string | undefined,
  file: PoliciesFile | undefined,
  fleet: Fleet,
  logger: Logger,
): Promise<(() => PoliciesInForce) | undefined> {
  if (path === undefined || file === undefined) return undefined;
  const warn = ({ warnings }: PoliciesFile): void => {
    for (const warning of warnings) logger.warn({}, warning);
  };
  const policies = await createPoliciesInForce(file, fleet);
  warn(file);
  const reload = async () => {
    const { readPoliciesFile } = await import('../../config/policies-file.ts');
    const again = readPoliciesFile(path);
    policies.replace(again);
    warn(again);
    return { policies: again.policies.length };
  };
  reloadOnSighup('policies', reload, logger);
  return policies.inForce;
}
