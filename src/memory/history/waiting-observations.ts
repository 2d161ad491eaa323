import { targetId } from '../../fleet/target.ts';
import type { Observation } from './observations.ts';

/** An observation, and its size as JSON. */
interface Weighed {
  readonly observation: Observation;
  readonly bytes: number;
}

/** In place of a stage's name, for what was seen of everything in the slot. */
const WHOLE = undefined;
type Name = string | typeof WHOLE;

/** Observations that wait to be written, of one API or one page of APIs: of the whole, and of stages that were seen later. */
type Slot = Map<Name, Weighed>;

/** What may wait in all. */
export interface ObservationBounds {
  readonly maxObservations: number;
  readonly maxBytes: number;
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

function nameOf(observation: Observation): Name {
  if (observation.kind === 'stage') return observation.stage.stageName;
  return observation.kind === 'missingStage' ? observation.stageName : WHOLE;
}

const byTime = (one: Observation, other: Observation): number =>
  one.observedAt.getTime() - other.observedAt.getTime();

const inOrder = (slot: Slot): Observation[] => {
  const whole = slot.get(WHOLE);
  const stages = [...slot.values()].filter((each) => each !== whole).map(({ observation }) => observation);
  return [...(whole === undefined ? [] : [whole.observation]), ...stages.sort(byTime)];
};

/** How many observations there are, and their size. */
interface Weight {
  count: number;
  bytes: number;
}

const weightOf = (all: readonly Weighed[]): Weight => ({
  count: all.length,
  bytes: all.reduce((sum, { bytes }) => sum + bytes, 0),
});

/** Whether an observation says nothing that another one of its slot does not say. */
const isCovered = ({ observation: old }: Weighed, by: Observation): boolean =>
  nameOf(old) === nameOf(by) || (nameOf(by) === WHOLE && old.observedAt <= by.startedAt);

/** Adds to a slot what is not older than what it has. Gives by how much the slot has grown. */
function addTo(slot: Slot, observation: Observation): Weight {
  const name = nameOf(observation);
  const known = slot.get(name);
  if (known !== undefined && known.observation.observedAt > observation.observedAt)
    return { count: 0, bytes: 0 };
  const all = name === WHOLE ? [...slot.values()] : known === undefined ? [] : [known];
  const covered = all.filter((each) => isCovered(each, observation));
  for (const each of covered) slot.delete(nameOf(each.observation));
  const bytes = JSON.stringify(observation).length;
  slot.set(name, { observation, bytes });
  const gone = weightOf(covered);
  return { count: 1 - gone.count, bytes: bytes - gone.bytes };
}

/** What is to be written: the newest of each API and stage. Beyond the bounds, those of the API that waits for longest go. */
export function createWaitingObservations({ maxObservations, maxBytes }: ObservationBounds) {
  const slots = new Map<string, Slot>();
  const waiting: Weight = { count: 0, bytes: 0 };
  let dropped = 0;

  function put(observation: Observation): void {
    const name = slotOf(observation);
    const slot = slots.get(name) ?? new Map<Name, Weighed>();
    const { count, bytes } = addTo(slot, observation);
    slots.set(name, slot);
    waiting.count += count;
    waiting.bytes += bytes;
  }

  function takeFirst(): Slot | undefined {
    const [first] = slots;
    if (first === undefined) return undefined;
    const [name, slot] = first;
    slots.delete(name);
    const { count, bytes } = weightOf([...slot.values()]);
    waiting.count -= count;
    waiting.bytes -= bytes;
    return slot;
  }

  return {
    add(observation: Observation): void {
      put(observation);
      while (waiting.count > maxObservations || waiting.bytes > maxBytes) dropped += takeFirst()?.size ?? 0;
    },
    /** Takes back what could not be written. It is older than all that waits. */
    restore(observations: readonly Observation[]): void {
      for (const observation of observations) {
        if (waiting.count < maxObservations && waiting.bytes < maxBytes) put(observation);
        else dropped += 1;
      }
    },
    /** Takes those of the API that waits for longest, oldest first. */
    take(): Observation[] | undefined {
      const slot = takeFirst();
      return slot && inOrder(slot);
    },
    size: (): number => slots.size,
    /** How many were dropped because too many waited. */
    dropped: (): number => dropped,
  };
}
