import { availableParallelism } from 'node:os';
import { embeddedStageApi } from './embedded-stage-api.ts';

interface Report {
  readonly title: string;
  /** Of a table; the first is its head. */
  readonly rows: readonly (readonly string[])[];
  /** What should hold and did not. */
  readonly missed: readonly string[];
}

type Benchmark = (options: { readonly quick: boolean }) => Promise<Report>;

const benchmarks: readonly Benchmark[] = [embeddedStageApi];

function toMarkdown([head = [], ...rows]: Report['rows']) {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |\n`;
  return [line(head), line(head.map((_, i) => (i === 0 ? '---' : '--:'))), ...rows.map(line)].join('');
}

const wrong = process.argv.slice(2).filter((option) => option !== '--quick');
if (wrong.length > 0) throw new Error(`Unknown: ${wrong.join(' ')}; there is --quick, a smoke run`);
const quick = process.argv.includes('--quick');

const { version, platform } = process;
process.stdout.write(
  `Node ${version}, ${platform}, ${availableParallelism()} cores${quick ? ', quick' : ''}\n`,
);
for (const benchmark of benchmarks) {
  const { title, rows, missed } = await benchmark({ quick });
  process.stdout.write(`\n## ${title}\n\n${toMarkdown(rows)}`);
  // A smoke run is too short, and where it runs too busy, to judge by.
  if (quick || missed.length === 0) continue;
  process.stdout.write(`\nNot as it should be:\n\n${missed.map((what) => `- ${what}\n`).join('')}`);
  process.exitCode = 1;
}
