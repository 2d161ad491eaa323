import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { embeddedStageApi } from './embedded-stage-api.ts';
import { gatewayBenchmarks } from './gateway.ts';
import { type Benchmark, toMarkdown } from './report.ts';

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

const say = (text: string) => void process.stdout.write(text);
const { version, platform } = process;
say(
  `Node ${version}, ${platform}, ${availableParallelism()} cores${quick ? ', quick: no times judged' : ''}\n`,
);
for (const [name, benchmark] of Object.entries(benchmarks)) {
  if (only.length > 0 && !only.includes(name)) continue;
  const { title, notes = [], rows, missed } = await benchmark({ quick });
  say(`\n## ${title}\n\n${notes.map((note) => `${note}\n\n`).join('')}${toMarkdown(rows)}`);
  if (missed.length === 0) continue;
  say(`\nNot as it should be:\n\n${missed.map((what) => `- ${what}\n`).join('')}`);
  process.exitCode = 1;
}
