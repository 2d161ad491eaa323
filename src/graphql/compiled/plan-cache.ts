import { LRUCache } from 'lru-cache';
import type { Plan } from './plan.ts';
import { Bailout } from './value-plan.ts';

export interface PlanCacheOptions {
  /** The most fields of one plan: fragments within fragments grow without end. */
  readonly maxFields: number;
  /** What all plans together may weigh: each weighs its fields and the tokens of its document, which it holds. */
  readonly maxWeight: number;
}

/** Compiled plans of all documents. */
export interface PlanCache {
  /**
   * The plan under a key. It is compiled when it is asked for the second time: most documents never come again. Null: there
   * is none yet, or it does not compile. The least recently used plan makes room for a new one.
   */
  readonly planFor: (
    key: string,
    tokens: number,
    compile: (countField: () => void) => Plan | undefined,
  ) => Plan | null;
}

/** A plan, or null for what does not compile. */
interface Entry {
  readonly plan: Plan | null;
  readonly weight: number;
}

/** Keys that were asked for once. */
const MAX_SEEN = 5000;

export function createPlanCache({ maxFields, maxWeight }: PlanCacheOptions): PlanCache {
  const entries = new LRUCache<string, Entry>({
    maxSize: maxWeight,
    sizeCalculation: ({ weight }) => weight,
  });
  const seen = new LRUCache<string, true>({ max: MAX_SEEN });

  return {
    planFor(key, tokens, compile) {
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
      entries.set(key, { plan, weight: plan === null ? 1 : fields + tokens });
      return plan;
    },
  };
}
