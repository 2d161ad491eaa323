/**
 * Runs the steps of the Dockerfile without a container engine: each stage in a folder of its own, from the files that
 * git knows. Then starts what the last stage holds, with its environment and its command, and asks for its health as it does itself.
 * What this does not try is the base image, another architecture, and the user: `docker build` does.
 */
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const root = new URL('..', import.meta.url).pathname;
const scratch = mkdtempSync(join(tmpdir(), 'stagegraph-image-'));
const PORT = '4950';

const context = join(scratch, 'context');

function copyContext() {
  const options = { cwd: root, encoding: 'utf8' };
  const { stdout } = spawnSync(
    'git',
    ['ls-files', '-z', '--cached', '--others', '--exclude-standard'],
    options,
  );
  for (const path of new Set(stdout.split('\0').filter((text) => text !== '')))
    cpSync(join(root, path), join(context, path), { recursive: true });
}

function must(ok, what) {
  if (!ok) throw new Error(`${what} fails`);
}

/** What an instruction does to the stage that is built. */
const instructions = {
  FROM(stage, text) {
    const [, name = 'last'] = /^\S+(?: AS (\S+))?$/.exec(text);
    return { folder: join(scratch, name), env: {} };
  },
  ENV(stage, text) {
    for (const [, name, value] of text.matchAll(/(\w+)=(\S+)/g)) stage.env[name] = value;
  },
  WORKDIR: (stage) => void mkdirSync(stage.folder, { recursive: true }),
  COPY(stage, text) {
    const [, from, files] = /^(?:--from=(\S+) )?(.*)$/.exec(text);
    const paths = files.split(' ');
    const target = paths.pop();
    for (const path of paths) {
      const source =
        from === undefined ? join(context, path) : join(scratch, from, path.replace('/app/', ''));
      const into = paths.length > 1 || target === './' ? join(target, path.replace('/app/', '')) : target;
      cpSync(source, join(stage.folder, into), { recursive: true, verbatimSymlinks: true });
    }
  },
  RUN: (stage, text) =>
    must(spawnSync('sh', ['-c', text], { cwd: stage.folder, stdio: 'inherit' }).status === 0, text),
  USER: () => undefined,
  EXPOSE: () => undefined,
  HEALTHCHECK: (stage, text) => void (stage.health = JSON.parse(/CMD (\[.*\])$/.exec(text)[1])),
  ENTRYPOINT: (stage, text) => void (stage.entry = JSON.parse(text)),
  CMD: (stage, text) => void (stage.command = JSON.parse(text)),
};

function build() {
  const dockerfile = readFileSync(join(root, 'Dockerfile'), 'utf8')
    .replaceAll(/^#.*\n/gm, '')
    .replaceAll(/\\\n\s*/g, '');
  let stage;
  for (const line of dockerfile.split('\n').filter((text) => text !== '')) {
    const [, name, text] = /^(\w+) (.*)$/.exec(line);
    must(Object.hasOwn(instructions, name), line);
    process.stdout.write(`${line}\n`);
    stage = instructions[name](stage, text) ?? stage;
  }
  return stage;
}

async function start({ folder, env, entry, command, health }) {
  const options = {
    cwd: folder,
    env: {
      PATH: process.env.PATH,
      ...env,
      PORT,
      HOST: '127.0.0.1',
      STAGE_API: 'embedded',
      EMBEDDED_PORT: '0',
      LOG_LEVEL: 'warn',
      SHUTDOWN_DELAY_SECONDS: '0',
    },
  };
  const [program, ...args] = [...entry, ...command];
  const gateway = spawn(program, args, { ...options, stdio: 'inherit' });
  try {
    const isHealthy = () => spawnSync(health[0], health.slice(1), options).status === 0;
    for (let tries = 0; !isHealthy(); tries++) {
      must(tries < 100 && gateway.exitCode === null, 'the start');
      await sleep(200);
    }
  } finally {
    if (gateway.exitCode === null) {
      gateway.kill();
      await once(gateway, 'exit');
    }
  }
}

try {
  copyContext();
  await start(build());
  process.stdout.write("the Dockerfile's steps work\n");
} finally {
  rmSync(scratch, { recursive: true });
}
