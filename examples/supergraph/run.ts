import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { parseArgs } from 'node:util';
import { sampleCatalogue, startCatalogue } from './catalogue.ts';
import { startSupergraph } from './supergraph.ts';

/** What `router.yaml` takes from the environment in earnest. */
const ROUTER_SECRET = 'a-secret-of-the-example';

const { values } = parseArgs({
  options: {
    port: { type: 'string', default: '4003' },
    'catalogue-port': { type: 'string', default: '4002' },
    'stagegraph-port': { type: 'string', default: '4000' },
    'embedded-port': { type: 'string', default: '4001' },
  },
});
const stagegraphUrl = `http://localhost:${values['stagegraph-port']}`;
const say = (text: string): void => void process.stdout.write(`${text}\n`);

/** stagegraph as `npm start` runs it, in a process of its own; it lets nobody in but who shows the secret. */
function startStagegraph() {
  const main = new URL('../../src/main.ts', import.meta.url).pathname;
  const stagegraph = spawn(process.execPath, ['--import', 'tsx', main], {
    env: {
      ...process.env,
      NODE_ENV: 'development',
      STAGE_API: 'embedded',
      PORT: values['stagegraph-port'],
      EMBEDDED_PORT: values['embedded-port'],
      ROUTER_SECRETS: ROUTER_SECRET,
      LOG_LEVEL: 'warn',
    },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  process.once('exit', () => stagegraph.kill());
  const ended = once(stagegraph, 'exit').then(() => {
    throw new Error('stagegraph ended: what it said is above');
  });
  return { ended, stop: () => stagegraph.kill() };
}

async function ready(url: string): Promise<void> {
  for (let attempt = 0; attempt < 300; attempt++) {
    const response = await fetch(`${url}/readyz`).catch(() => undefined);
    if (response?.ok) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error(`${url} was not ready after half a minute`);
}

const WHAT_TO_TRY = `
Try (Ctrl-C stops all three):

  curl -s URL -H 'content-type: application/json' \\
    -d '{"query":"{ services { id team stages { stageName deployment { description } } } }"}'

or open the supergraph in a browser for the Apollo Sandbox.`;

const stagegraph = startStagegraph();
try {
  await Promise.race([ready(stagegraphUrl), stagegraph.ended]);
  stagegraph.ended.catch(() => process.exit(1));
  const catalogue = await startCatalogue(sampleCatalogue, Number(values['catalogue-port']));
  const supergraph = await startSupergraph({
    subgraphs: [
      { name: 'stagegraph', url: `${stagegraphUrl}/graphql` },
      { name: 'catalogue', url: catalogue.url },
    ],
    routerSecret: ROUTER_SECRET,
    port: Number(values.port),
  });
  say(`stagegraph:        ${stagegraphUrl}/graphql (for the router only)`);
  say(`service catalogue: ${catalogue.url}`);
  say(`supergraph:        ${supergraph.url}`);
  say(WHAT_TO_TRY.replace('URL', supergraph.url));
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  stagegraph.stop();
  process.exit(1);
}
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(0));
