import { LRUCache } from 'lru-cache';
import type { CompiledPlan } from './compiled-plan.ts';
import { Bailout } from './value-plan.ts';

interface PlanCacheOptions {
  /** The most fields of one plan: fragments within fragments grow exponentially. */
  readonly maxFields: number;
  /** The most weight of all plans. One weighs its fields and the tokens of its document, which it keeps in memory. */
  readonly maxWeight: number;
}

const MAX_SEEN = 5000;

/**
 * Returns a function to the plan under a key. It is compiled at the second request: most documents never come again. Null if
 * there is no plan yet, or if the operation cannot be compiled. The least recently used plan is evicted.
 */
export function createPlanCache({ maxFields, maxWeight }: PlanCacheOptions) {
  const entries = new LRUCache<string, { readonly plan: CompiledPlan | null }>({ maxSize: maxWeight });
  const seen = new LRUCache<string, true>({ max: MAX_SEEN });

  return (
    key: string,
    tokens: number,
    compile: (countField: () => void) => CompiledPlan | undefined,
  ): CompiledPlan | null => {
    const known = entries.get(key);
    if (known !== undefined) return known.plan;
    if (!seen.has(key)) {
      seen.set(key, true);
      return null;
    }
    seen.delete(key);
    let fields = 0;
    const plan =
      compile(() => {
        fields += 1;
        if (fields > maxFields) throw new Bailout();
      }) ?? null;
    entries.set(key, { plan }, { size: plan === null ? 1 : fields + tokens });
    return plan;
  };
}
