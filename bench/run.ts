import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { embeddedStageApi } from './embedded-stage-api.ts';
import { gatewayBenchmarks } from './gateway.ts';
import { print } from './print.ts';
import { type Benchmark } from './report.ts';

const benchmarks: Readonly<Record<string, Benchmark>> = {
  ...gatewayBenchmarks,
  embedded: embeddedStageApi,
};

const { values } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    only: { type: 'string', multiple: true, default: [] },
  },
});
const { quick, only } = values;
const unknown = only.filter((name) => !Object.hasOwn(benchmarks, name));
if (unknown.length > 0)
  throw new Error(`--only ${unknown.join(', ')}: there are ${Object.keys(benchmarks).join(', ')}`);

const { version, platform } = process;
process.stdout.write(
  `Node ${version}, ${platform}, ${availableParallelism()} cores${quick ? ', quick: no times judged' : ''}\n`,
);
for (const [name, benchmark] of Object.entries(benchmarks)) {
  if (only.length > 0 && !only.includes(name)) continue;
  print(await benchmark({ quick }));
}
