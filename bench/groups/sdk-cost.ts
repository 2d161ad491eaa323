import { z } from 'zod';
import { median, milliseconds, times } from '../numbers.ts';
import { withWorkshop } from '../processes.ts';
import { type BenchmarkOptions, judgedReport } from '../report.ts';
import { runYardstick, startStageApi } from '../servers.ts';
import { idOf, stageNameOf } from '../state.ts';

const line = z.object({ name: z.string(), cpuMs: z.number(), ms: z.number() });

/** What the SDK costs by itself, beside the same call without it. */
export async function sdkCost({ quick }: BenchmarkOptions) {
  const [rounds, calls] = quick ? [1, 20] : [7, 150];
  return withWorkshop(async (workshop) => {
    const stageApi = await startStageApi(workshop, 1);
    const args = [idOf(0), stageNameOf(0), String(rounds), String(calls)];
    const said = await runYardstick(workshop, stageApi, 'sdk-cost', args);
    const found = new Map<string, z.output<typeof line>[]>();
    for (const text of said.trim().split('\n')) {
      const one = line.parse(JSON.parse(text));
      found.set(one.name, [...(found.get(one.name) ?? []), one]);
    }
    const cpuOf = (name: string) => median((found.get(name) ?? []).map(({ cpuMs }) => cpuMs));
    const rows = [...found].map(([name, all]) => {
      const [stages = ''] = name.split(':');
      return {
        cells: [
          name,
          milliseconds(cpuOf(name)),
          times(cpuOf(name) / cpuOf(`${stages}: the SDK as it comes`)),
          milliseconds(median(all.map(({ ms }) => ms))),
        ],
        ...(name === 'ten stages: the SDK as it comes' ? { target: 'about 2 ms; to be explained' } : {}),
      };
    });
    return judgedReport(
      'What a call costs in the SDK',
      ['', 'CPU a call', ': the SDK', 'time a call'],
      rows,
      [
        `One call after the other; medians of ${rounds} interleaved rounds of ${calls} calls. Nothing to hold: the numbers are to be known.`,
      ],
    );
  });
}
