import { parseArgs } from 'node:util';
import { longLoad } from './groups/long-load.ts';
import { readYourWrites } from './groups/read-your-writes.ts';
import { upstreamGone, upstreamHangs } from './groups/upstream-gone.ts';
import { wholeStore } from './groups/whole-store.ts';
import { print } from './print.ts';

const longest = 120;

const { values } = parseArgs({ options: { minutes: { type: 'string', default: '10' } } });
const minutes = Number(values.minutes);
if (!(minutes > 0 && minutes <= longest))
  throw new Error(`--minutes ${values.minutes}: how long the load lasts, more than 0 and up to ${longest}`);

// A minute, less a moment: what was read just before must not grow older than the default bounds allow.
const goneMs = Math.min(58_000, minutes * 60_000);
const runs = [
  () => wholeStore(),
  () => readYourWrites({ rounds: 10_000 }),
  () => upstreamGone({ goneMs }),
  () => upstreamHangs({ goneMs }),
  () => longLoad({ ms: minutes * 60_000 }),
];
for (const run of runs) print(await run());
