import { targetId } from '../../fleet/target.ts';
import type { Observation } from './observations.ts';

/** Observations that wait to be written, of one API or one page of APIs. */
interface Slot {
  /** Of everything in the slot. */
  whole: Observation | undefined;
  /** Of single stages, seen later than the whole. */
  readonly stages: Map<string, Observation>;
}

function slotOf(observation: Observation): string {
  const target = targetId(observation.target);
  switch (observation.kind) {
    case 'stage':
      return `${target}/${observation.stage.restApiId}`;
    case 'stages':
    case 'missingStage':
    case 'missingApi':
      return `${target}/${observation.restApiId}`;
    case 'apis':
      return `${target} from ${observation.apis[0]?.restApiId ?? ''}`;
    case 'allApis':
      return target;
  }
}

function stageNameOf(observation: Observation): string | undefined {
  if (observation.kind === 'stage') return observation.stage.stageName;
  return observation.kind === 'missingStage' ? observation.stageName : undefined;
}

const isNewer = (one: Observation, other: Observation | undefined): boolean =>
  other === undefined || one.observedAt >= other.observedAt;

function add(slot: Slot, observation: Observation): void {
  const stageName = stageNameOf(observation);
  if (stageName !== undefined) {
    if (isNewer(observation, slot.stages.get(stageName))) slot.stages.set(stageName, observation);
    return;
  }
  if (!isNewer(observation, slot.whole)) return;
  slot.whole = observation;
  for (const [name, { observedAt }] of slot.stages) {
    if (observedAt <= observation.startedAt) slot.stages.delete(name);
  }
}

const byTime = (one: Observation, other: Observation): number =>
  one.observedAt.getTime() - other.observedAt.getTime();

/** What is to be written: the newest of each API, at most so many APIs. */
export function createWaitingObservations(maxApis: number) {
  const slots = new Map<string, Slot>();
  let dropped = 0;

  function put(observation: Observation): void {
    const name = slotOf(observation);
    const slot = slots.get(name) ?? { whole: undefined, stages: new Map<string, Observation>() };
    add(slot, observation);
    slots.set(name, slot);
  }

  return {
    add(observation: Observation): void {
      put(observation);
      if (slots.size <= maxApis) return;
      const [oldest] = slots.keys();
      if (oldest !== undefined) slots.delete(oldest);
      dropped += 1;
    },
    /** Takes back what could not be written. It is older than all that waits. */
    restore(observations: readonly Observation[]): void {
      for (const observation of observations) {
        if (slots.size < maxApis || slots.has(slotOf(observation))) put(observation);
        else dropped += 1;
      }
    },
    /** Takes those of the API that waits for longest, oldest first. */
    take(): Observation[] | undefined {
      const [first] = slots;
      if (first === undefined) return undefined;
      const [name, { whole, stages }] = first;
      slots.delete(name);
      return [...(whole === undefined ? [] : [whole]), ...[...stages.values()].sort(byTime)];
    },
    size: (): number => slots.size,
    /** How many were dropped because too many APIs waited. */
    dropped: (): number => dropped,
  };
}
