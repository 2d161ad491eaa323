import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';
import { sampleCatalogue, startCatalogue } from './catalogue.ts';
import { startSupergraph } from './supergraph.ts';

/** What `router.yaml` takes from the environment in earnest. */
const ROUTER_SECRET = 'a-secret-of-the-example';

const { values } = parseArgs({
  options: {
    port: { type: 'string', default: '4003' },
    'catalogue-port': { type: 'string', default: '4002' },
    'stagegraph-port': { type: 'string', default: process.env.PORT ?? '4000' },
  },
});
const say = (text: string): void => void process.stdout.write(`${text}\n`);

/** stagegraph as `npm start` runs it, in a process of its own; it lets nobody in but who shows the secret. */
function startStagegraph() {
  const main = new URL('../../src/main.ts', import.meta.url).pathname;
  const stagegraph = spawn(process.execPath, ['--import', 'tsx', main], {
    env: {
      ...process.env,
      NODE_ENV: 'development',
      TARGETS: new URL('targets.yaml', import.meta.url).pathname,
      AUTH: 'off',
      PORT: values['stagegraph-port'],
      ROUTER_SECRETS: ROUTER_SECRET,
      EXPLORER: 'off',
      LOG_LEVEL: 'warn',
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  process.once('exit', () => stagegraph.kill());
  const ended = once(stagegraph, 'exit').then(() => {
    throw new Error('stagegraph ended: what it said is above.');
  });
  const lines = createInterface(stagegraph.stdout);
  // It says where it is as soon as it is there. Another program that has its port says nothing here.
  const url = new Promise<string>((resolve) => {
    lines.on('line', (line) => {
      const [, found] = /^GraphQL gateway: (\S+)$/.exec(line) ?? [];
      if (found !== undefined) resolve(found);
    });
  });
  return { ended, url };
}

function fail(error: unknown): never {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
}

const WHAT_TO_TRY = `
Try (Ctrl-C stops all three):

  curl -s URL -H 'content-type: application/json' \\
    -d '{"query":"{ services { id team stages { stageName deployment { description } } } }"}'

or open the supergraph in a browser for the Apollo Sandbox.`;

for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(0));
// Taken ports, most of all: the servers below have no other way to say so.
process.once('uncaughtException', fail);

const stagegraph = startStagegraph();
stagegraph.ended.catch(fail);
const stagegraphUrl = await stagegraph.url;
const catalogue = await startCatalogue(sampleCatalogue, Number(values['catalogue-port']));
const supergraph = await startSupergraph({
  subgraphs: [
    { name: 'stagegraph', url: stagegraphUrl },
    { name: 'catalogue', url: catalogue.url },
  ],
  routerSecret: ROUTER_SECRET,
  port: Number(values.port),
});
say(`stagegraph:        ${stagegraphUrl} (for the router only)`);
say(`service catalogue: ${catalogue.url}`);
say(`supergraph:        ${supergraph.url}`);
say(WHAT_TO_TRY.replace('URL', supergraph.url));
