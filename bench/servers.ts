import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';
import { z } from 'zod';
import { type Issuer } from './issuer.ts';
import { sum } from './numbers.ts';
import { freePort, type ServerProcess, type Workshop } from './processes.ts';
import { stateFileOf } from './state.ts';

const pathOf = (relative: string) => fileURLToPath(new URL(relative, import.meta.url));

/** The embedded Stage API of a bench. */
export interface StageApi extends ServerProcess {
  /** Sets modes; setting the quota refills its buckets. */
  setModes(modes: {
    readonly quota?: boolean;
    readonly latencyMs?: number;
    readonly faults?: readonly { readonly operation: string; readonly action: 'hang' }[];
  }): Promise<void>;
  resetCalls(): Promise<void>;
  /** Calls since the last reset, refused ones too. */
  calls(): Promise<number>;
}

async function control(url: string, method: string, path: string, body?: unknown): Promise<unknown> {
  const response = await fetch(`${url}/_embedded/${path}`, {
    method,
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    signal: AbortSignal.timeout(10_000),
  });
  if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`);
  return response.json();
}

/** Starts an embedded Stage API that holds so many REST APIs, full ones, in memory. */
export async function startStageApi(
  workshop: Workshop,
  apis: number,
  port?: number,
  stages?: number,
): Promise<StageApi> {
  const file = join(workshop.directory, `${apis}.json`);
  await writeFile(file, stateFileOf(apis, stages));
  const chosen = port ?? (await freePort());
  const args = [pathOf('stage-api-process.js'), '--in-memory', file, String(chosen)];
  const server = await workshop.start({ args, port: chosen });
  const { url } = server;
  return {
    ...server,
    async setModes(modes) {
      await control(url, 'PATCH', 'modes', modes);
    },
    async resetCalls() {
      await control(url, 'DELETE', 'calls');
    },
    calls: async () =>
      sum(Object.values(z.record(z.string(), z.number()).parse(await control(url, 'GET', 'calls')))),
  };
}

/** Where AWS is, for the gateway and for every SDK. */
const awsAt = (url: string) => ({
  AWS_ENDPOINT_URL_API_GATEWAY: url,
  AWS_REGION: 'us-east-1',
  AWS_ACCESS_KEY_ID: 'any',
  AWS_SECRET_ACCESS_KEY: 'any',
  AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
});

export type Language = 'graphql' | 'rest';

/** A server under load: the gateway or a yardstick. */
export interface Server extends ServerProcess {
  readonly name: string;
  /** What it is asked in. */
  readonly language: Language;
  /** What it wants to see of who asks. */
  readonly headers: Readonly<Record<string, string>>;
}

/** As large as may be: for what a call costs, not for how many there may be. */
export const noBudget = { UPSTREAM_RATE: '1000', UPSTREAM_BURST: '1000' };
/** Counts every caller and everything, as in production; with a rate limit that no bench reaches. */
export const countEverything = async () => ({
  RATE_LIMIT: '1000000',
  METRICS_PORT: String(await freePort()),
});
export const noCache = { CACHE_TTL_SECONDS: '0' };

interface GatewayOptions {
  readonly name?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** The issuer of the tokens that it requires; by default none is required. */
  readonly issuer?: Issuer;
}

/** The built gateway, configured by nothing but what it must be told, and `env`. It logs as it does by default. */
export async function startGateway(
  workshop: Workshop,
  { url }: StageApi,
  { name = 'gateway', env = {}, issuer }: GatewayOptions = {},
): Promise<Server> {
  const port = await freePort();
  const server = await workshop.start({
    args: [pathOf('../dist/main.js')],
    env: {
      ...awsAt(url),
      STAGE_API: 'aws',
      ...(issuer?.env ?? { AUTH: 'off' }),
      RATE_LIMIT: 'off',
      // Its calls are none of a measured operation.
      INVENTORY_RATE: '0',
      HOST: '127.0.0.1',
      PORT: String(port),
      ...env,
    },
    port,
  });
  return { ...server, name, language: 'graphql', headers: issuer?.headers ?? {} };
}

const yardsticks = {
  'naive-apollo': { name: 'naive Apollo', language: 'graphql' },
  'sdk-behind-fastify': { name: 'SDK behind Fastify', language: 'rest' },
  'apollo-from-memory': { name: 'Apollo from memory', language: 'graphql' },
  'mercurius-jit': { name: 'Mercurius with JIT, from memory', language: 'graphql' },
} as const satisfies Record<string, { name: string; language: Language }>;

export type Yardstick = keyof typeof yardsticks;

/** Translates the yardsticks to JavaScript, as the gateway was: a loader in their processes would be measured too. */
async function compileYardsticks({ directory }: Workshop): Promise<string> {
  const sources = pathOf('yardsticks/');
  const compilerOptions = {
    target: ts.ScriptTarget.ES2023,
    module: ts.ModuleKind.ESNext,
    rewriteRelativeImportExtensions: true,
  };
  await writeFile(join(directory, 'package.json'), '{"type":"module"}');
  for (const name of await readdir(sources)) {
    const source = await readFile(join(sources, name), 'utf8');
    const { outputText } = ts.transpileModule(source, { compilerOptions });
    await writeFile(join(directory, name.replace(/\.ts$/, '.js')), outputText);
  }
  return directory;
}

export async function startYardstick(
  workshop: Workshop,
  { url }: StageApi,
  yardstick: Yardstick,
): Promise<Server> {
  const programs = await compileYardsticks(workshop);
  const port = await freePort();
  const args = [join(programs, `${yardstick}.js`), String(port)];
  const server = await workshop.start({ args, env: awsAt(url), port });
  return { ...server, ...yardsticks[yardstick], headers: {} };
}

/** Runs a yardstick that is no server, to its end. */
export async function runYardstick(
  workshop: Workshop,
  { url }: StageApi,
  name: string,
  args: readonly string[],
) {
  const programs = await compileYardsticks(workshop);
  return workshop.run({ args: [join(programs, `${name}.js`), url, ...args], env: awsAt(url) });
}
