/**
 * What a start costs: until it listens, and what it holds when it rests; of the embedded Stage API alone, until the
 * first answer. `npm run measure`; Linux.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';

const STARTS = 5;
/** By then the garbage of the start is mostly gone. */
const REST_MS = 3000;
const TICK_MS = 10;

const flavours: Readonly<Record<string, Record<string, string>>> = {
  'embedded Stage API, explorer': {},
  'AWS, production': { NODE_ENV: 'production', STAGE_API: 'aws', AUTH: 'off', AWS_REGION: 'us-east-1' },
  'AWS, production, metrics, traces': {
    NODE_ENV: 'production',
    STAGE_API: 'aws',
    AUTH: 'off',
    AWS_REGION: 'us-east-1',
    METRICS_PORT: '0',
    OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:9',
  },
};

/** Wall clock and processor until it listens, in ms; resident memory at rest, in MB. */
async function start(env: Record<string, string>): Promise<readonly number[]> {
  const began = performance.now();
  const child = spawn(process.execPath, ['dist/main.js'], {
    env: { PORT: '0', EMBEDDED_PORT: '0', ...env },
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  try {
    let output = '';
    while (!/GraphQL gateway:|"listening"/.test(output)) {
      output += String(await once(child.stdout, 'data'));
    }
    const wall = performance.now() - began;
    const proc = `/proc/${child.pid ?? 0}`;
    const stat = (await readFile(`${proc}/stat`, 'utf8')).split(' ');
    const processor = (Number(stat[13]) + Number(stat[14])) * TICK_MS;
    await sleep(REST_MS);
    const [, kilobytes] = /VmRSS:\s+(\d+)/.exec(await readFile(`${proc}/status`, 'utf8')) ?? [];
    return [wall, processor, Number(kilobytes) / 1024];
  } finally {
    child.kill('SIGKILL');
  }
}

const authorization =
  'AWS4-HMAC-SHA256 Credential=any/20260101/us-east-1/apigateway/aws4_request, SignedHeaders=host, Signature=0';

/** Wall clock from the start of the program to the end of its first answer, in ms. */
async function firstAnswer(): Promise<number> {
  const began = performance.now();
  const child = spawn(process.execPath, ['dist/main.js', 'stage-api', '--port', '0'], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  try {
    let output = '';
    while (!output.includes('\n')) output += String(await once(child.stdout, 'data'));
    const [url = ''] = /http:\S+/.exec(output) ?? [];
    const answer = await fetch(`${url}/restapis`, { headers: { authorization } });
    if (!answer.ok) throw new Error(await answer.text());
    await answer.text();
    return performance.now() - began;
  } finally {
    child.kill('SIGKILL');
  }
}

const median = (values: readonly number[]): number =>
  [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? NaN;

for (const [name, env] of Object.entries(flavours)) {
  const starts: (readonly number[])[] = [];
  for (let index = 0; index < STARTS; index++) starts.push(await start(env));
  const [wall = NaN, processor = NaN, memory = NaN] = [0, 1, 2].map((column) =>
    median(starts.map((values) => values[column] ?? NaN)),
  );
  process.stdout.write(
    `${name}: listens after ${wall.toFixed(0)} ms (${processor.toFixed(0)} ms of processor), rests at ${memory.toFixed(0)} MB\n`,
  );
}

const answers: number[] = [];
for (let index = 0; index < STARTS; index++) answers.push(await firstAnswer());
process.stdout.write(`stage-api alone: the first answer after ${median(answers).toFixed(0)} ms\n`);
