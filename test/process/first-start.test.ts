import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { describe, expect, test } from '@jest/globals';
import { closeAfterwards } from '../support/closing.ts';
import { startProcess } from '../support/gateway-process.ts';

const SLOW = 60_000;
const root = new URL('../..', import.meta.url);

/** Makes Node report this version, before it loads anything else. */
const pretend = (version: string) =>
  `data:text/javascript,Object.defineProperty(process,'versions',{value:{...process.versions,node:'${version}'}})`;

describe('a version of Node that is too old', () => {
  test.each([
    ['the command', ['--import', 'tsx', '--import', pretend('18.20.4'), 'src/main.ts', '--version']],
    ['the script that npm runs first', ['--import', pretend('20.18.3'), 'src/cli/check-node.js']],
  ])('gets one sentence from %s', (_, args) => {
    const { status, stdout, stderr } = spawnSync(process.execPath, args, { cwd: root, encoding: 'utf8' });
    expect(stderr).toMatch(/^stagegraph needs Node 20\.19 or newer; this is Node (18\.20\.4|20\.18\.3)\.\n$/);
    expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
  });

  test.each(['prepare', 'prestart', 'dev', 'pretest', 'pretest:services'])(
    'is checked for by npm run %s',
    (name) => {
      const { scripts } = JSON.parse(readFileSync(new URL('package.json', root), 'utf8')) as {
        scripts: Record<string, string>;
      };
      expect(scripts[name]).toMatch(/^node src\/cli\/check-node\.js && /);
    },
  );

  test('is older than the oldest supported one', () => {
    const { status } = spawnSync(
      process.execPath,
      ['--import', pretend('20.19.0'), 'src/cli/check-node.js'],
      {
        cwd: root,
      },
    );
    expect(status).toBe(0);
  });
});

/** The port of another server. */
async function takenPort(): Promise<string> {
  const taken = createServer().listen(0, '127.0.0.1');
  await once(taken, 'listening');
  closeAfterwards(() => taken.close());
  return String((taken.address() as AddressInfo).port);
}

describe('a first start', () => {
  test(
    'begins with our own lines, and warns of a misspelt variable',
    async () => {
      const gateway = startProcess({ PROT: '4002', PORT: '0', EMBEDDED_PORT: '0' });
      await gateway.said(/GraphQL gateway: /);
      expect(gateway.output()).not.toContain('NodeVersionSupportWarning');
      const gatewayWithoutPort = startProcess({ STAGEAPI: 'aws', PORT: '0', EMBEDDED_PORT: '0' });
      await gatewayWithoutPort.said(
        /STAGEAPI is not a variable of stagegraph and is ignored\. Did you mean STAGE_API\?/,
      );
    },
    SLOW,
  );

  test(
    'against AWS without credentials warns once what to set, and starts',
    async () => {
      const gateway = startProcess({
        STAGE_API: 'aws',
        AUTH: 'off',
        AWS_REGION: 'eu-central-1',
        AWS_EC2_METADATA_DISABLED: 'true',
        HOME: '/nowhere',
        PORT: '0',
      });
      await gateway.said(/GraphQL gateway: /);
      await gateway.said(/No AWS credentials were found\. Set AWS_PROFILE, or AWS_ACCESS_KEY_ID/);
      expect(gateway.output().match(/No AWS credentials/g)).toHaveLength(1);
      expect(gateway.output()).toContain('AUTH is off: every client that reaches this gateway');
    },
    SLOW,
  );

  test.each(['PORT', 'METRICS_PORT', 'EMBEDDED_PORT'])(
    'with a taken %s says how to choose another',
    async (name) => {
      const port = await takenPort();
      const gateway = startProcess({ HOST: '127.0.0.1', PORT: '0', EMBEDDED_PORT: '0', [name]: port });
      expect(await gateway.exited).toBe(1);
      expect(gateway.output()).toMatch(
        new RegExp(
          `${name}: .*EADDRINUSE.*Stop the process that listens there, or set ${name} to another port \\(0: any free port\\)\\.`,
        ),
      );
    },
    SLOW,
  );

  test(
    'of the embedded Stage API alone with a taken port does the same',
    async () => {
      const port = await takenPort();
      const program = startProcess({}, ['stage-api', '--port', port]);
      expect(await program.exited).toBe(1);
      expect(program.output()).toMatch(/EADDRINUSE.*choose another port with --port/);
    },
    SLOW,
  );
});
