import { afterEach, expect } from '@jest/globals';
import { runHistory, startWorld, type Topology, violationsOf, type World } from './histories.ts';

/** The seed of a failure, to repeat it: the timing of calls differs from run to run, so it is tried several times. */
const GIVEN = process.env.HISTORY_SEED;
const REPETITIONS = 60;
const HISTORIES = 240;
/** Histories spend most of their time waiting. A cluster has three servers. */
const WORLDS = { server: 4, cluster: 2 };
/** No more histories are begun after so long, however slow the machine. */
const TIME_LIMIT_MS = 80_000;
export const LONGEST_MS = 180_000;

const worlds: World[] = [];
afterEach(async () => {
  for (const world of worlds.splice(0)) await world.close();
});

/** Seeds of failures that were mended, each tried in every world. */
const MENDED = [560615728];

const start = Date.now() % 2 ** 31;
const seeds =
  GIVEN === undefined
    ? [
        ...MENDED.flatMap((seed) => Array.from({ length: 2 * WORLDS.server }, () => seed)),
        ...Array.from({ length: HISTORIES }, (_, index) => start + index),
      ]
    : Array.from({ length: REPETITIONS }, () => Number(GIVEN));

/**
 * Runs them, and expects no violation. `databaseUrl`: of an empty PostgreSQL that the processes of a world share; by default
 * they remember nothing.
 */
export async function expectNoViolations(
  topology: Topology,
  databaseUrl?: () => Promise<string>,
): Promise<void> {
  const left = [...seeds.entries()];
  const tally = new Map<string, number>();
  const count = (name: string) => tally.set(name, (tally.get(name) ?? 0) + 1);
  const failures: string[] = [];
  const began = performance.now();
  const goesOn = () => failures.length === 0 && performance.now() - began < TIME_LIMIT_MS;

  async function explore(world: World): Promise<void> {
    for (let next = left.shift(); next !== undefined && goesOn(); next = left.shift()) {
      const [index, seed] = next;
      const history = await runHistory(world, seed, `history${index}`).catch((error: unknown) => {
        failures.push(`HISTORY_SEED=${seed} repeats: ${String(error)}`);
      });
      if (history === undefined) break;
      const violations = violationsOf(history);
      if (violations.length > 0) {
        failures.push(`HISTORY_SEED=${seed} repeats: ${history.faults.join(', ')}`, ...violations);
      }
      history.faults.forEach(count);
      history.shown.forEach(() => count('shown'));
      history.entries?.forEach(({ source, outcome }) => count(`${source} ${outcome}`));
      for (const { outcome, expected } of history.changed)
        count(expected === undefined ? outcome : `${outcome} with a revision`);
    }
  }
  for (let index = 0; index < WORLDS[topology]; index++)
    worlds.push(await startWorld(topology, await databaseUrl?.()));
  await Promise.all(worlds.map(explore));

  expect(failures).toEqual([]);
  for (const { stageApi, granted } of worlds) expect(stageApi.arrivals.length).toBeLessThanOrEqual(granted());
  // The histories have had reads and changes.
  expect(tally.get('shown')).toBeGreaterThan(0);
  expect(tally.get('made')).toBeGreaterThan(0);
  if (process.env.HISTORY_TALLY !== undefined) process.stderr.write(`${JSON.stringify([...tally])}\n`);
}
