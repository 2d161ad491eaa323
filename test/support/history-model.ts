import fc from 'fast-check';
import type { StageModel } from '../../src/datasources/stages/wire/model.ts';
import type { GatewayChange, History, Observation } from '../../src/memory/history/index.ts';
import { changed, saw, stageAt } from './history-world.ts';

/** What happens to a stage, one step after the other. */
type Step =
  | { readonly kind: 'foreign' }
  | {
      readonly kind: 'change';
      /** Whether it reads the stage first; otherwise it knows what was there at the step before, or nothing. */
      readonly knows: 'read' | 'cached' | 'nothing';
      /** Whether somebody else changes the stage between its read and its write. */
      readonly disturbed: boolean;
      readonly answer: 'stage' | 'none' | 'lost' | 'not applied';
    };

/** A read that saw the stage at a moment, and was sent and answered around it. */
interface Read {
  readonly step: number;
  readonly offset: number;
  readonly before: number;
  readonly after: number;
}

export interface Plan {
  readonly steps: readonly Step[];
  readonly reads: readonly Read[];
  /** Milliseconds that AWS's dates are exact to. */
  readonly precision: number;
  /** In which order things become known, and which of two processes writes each. */
  readonly order: readonly number[];
}

const step = (answers: readonly (Step & { kind: 'change' })['answer'][]): fc.Arbitrary<Step> =>
  fc.oneof(
    fc.record({ kind: fc.constant('foreign' as const) }),
    fc.record({
      kind: fc.constant('change' as const),
      knows: fc.constantFrom('read' as const, 'cached' as const, 'nothing' as const),
      disturbed: fc.boolean(),
      answer: fc.constantFrom(...answers),
    }),
  );

const MAX_STEPS = 5;

export const plans = (
  answers: readonly (Step & { kind: 'change' })['answer'][],
  precisions: readonly number[],
): fc.Arbitrary<Plan> =>
  fc.record({
    steps: fc.array(step(answers), { minLength: 1, maxLength: MAX_STEPS }),
    reads: fc.array(
      fc.record({
        step: fc.nat({ max: MAX_STEPS }),
        offset: fc.nat({ max: 9 }),
        before: fc.nat({ max: 15 }),
        after: fc.nat({ max: 15 }),
      }),
      { maxLength: 5 },
    ),
    precision: fc.constantFrom(...precisions),
    order: fc.array(fc.nat(), { minLength: 24, maxLength: 24 }),
  });

const STEP_MS = 100;
const START = 1000;

export type Delivery =
  | {
      readonly kind: 'change';
      readonly change: GatewayChange;
      readonly id: string;
      readonly applied: boolean;
    }
  | { readonly kind: 'read'; readonly observation: Observation };

/** A plan as it happened. */
export interface Happened {
  readonly initial: Observation;
  readonly deliveries: readonly Delivery[];
  readonly final: Observation;
  readonly end: StageModel;
}

/** Changes of this gateway set the description, those of others a variable: entries show who made what. */

export function happen({ steps, reads, precision }: Plan): Happened {
  let description = 'initial';
  let foreign = 0;
  let updated = 0;
  const states: { readonly at: number; readonly stage: (seenAt: number) => StageModel }[] = [];
  const changeAt = (at: number): void => {
    updated = Math.floor(at / precision) * precision;
    const aws = { description, variables: { f: String(foreign) }, lastUpdatedDate: new Date(updated) };
    states.push({ at, stage: (seenAt) => stageAt(seenAt, aws) });
  };
  const stateAt = (moment: number, seenAt: number): StageModel => {
    const state = states.findLast(({ at }) => at <= moment);
    if (state === undefined) throw new Error('nothing was there');
    return state.stage(seenAt);
  };
  changeAt(0);

  const changes = steps.flatMap((each, index): Delivery[] => {
    const start = START + index * STEP_MS;
    if (each.kind === 'foreign') {
      foreign += 1;
      changeAt(start + 40);
      return [];
    }
    const before = {
      read: () => stateAt(start + 20, start + 20),
      cached: () => stateAt(start - STEP_MS, start - STEP_MS),
      nothing: () => undefined,
    }[each.knows]();
    if (each.disturbed) {
      foreign += 1;
      changeAt(start + 30);
    }
    const applied = each.answer !== 'not applied';
    if (applied) {
      description = `change ${index}`;
      changeAt(start + 40);
    }
    const after = each.answer === 'stage' ? stateAt(start + 40, start + 60) : undefined;
    const isUnknown = each.answer === 'lost' || each.answer === 'not applied';
    const change = changed([start + 10, start + 60], before, after, {
      outcome: isUnknown ? 'UNKNOWN' : 'APPLIED',
    });
    return [{ kind: 'change', change, applied, id: (index + 1).toString(16).padStart(32, '0') }];
  });

  const end = START + steps.length * STEP_MS + 1000;
  const seen = reads.map(({ step: at, offset, before, after }): Delivery => {
    const moment = START + at * STEP_MS + offset * 10 + 5;
    const answered = moment + after * 10 + 2;
    const stage = stateAt(moment, answered);
    return { kind: 'read', observation: saw([moment - before * 10 - 2, answered], stage) };
  });
  return {
    initial: saw([1, 2], stateAt(2, 2)),
    deliveries: [...changes, ...seen],
    final: saw([end, end + 1], stateAt(end, end + 1)),
    end: stateAt(end, end + 1),
  };
}

/** The deliveries in the order of a plan, each with the process that writes it. */
export const inOrder = (
  deliveries: readonly Delivery[],
  order: readonly number[],
): { readonly delivery: Delivery; readonly process: number }[] =>
  deliveries
    .map((delivery, index) => ({ delivery, rank: order[index] ?? 0 }))
    .sort((a, b) => a.rank - b.rank)
    .map(({ delivery, rank }) => ({ delivery, process: rank % 2 }));

export const deliver = (history: History, delivery: Delivery): Promise<void> =>
  delivery.kind === 'read'
    ? history.observe(delivery.observation)
    : history.record({ ...delivery.change, id: delivery.id });
