import { spawn } from 'node:child_process';
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { readVersion } from '../../src/app/version.ts';
import { closeAfterwards } from '../support/closing.ts';
import { documentsOf } from '../support/manifests.ts';
import { run } from '../support/run.ts';

const root = join(import.meta.dirname, '../..');

/** The blocks of commands in a section. */
function blocksOf(page: string, section: string): string[] {
  const text = readFileSync(join(root, page), 'utf8')
    .split(/^## /m)
    .find((each) => each.startsWith(`${section}\n`));
  return [...(text ?? '').matchAll(/```sh\n([^]*?)```/g)].map(([, block = '']) => block);
}

/** What a pod has is in the folder VOLUME, and the programs of its image are those of this machine. */
const kubectl = `#!/usr/bin/env bash
case " $* " in
  *' exec '*)
    while [ "$1" != -- ]; do shift; done
    shift
    cd "$APP" && exec "\${@//\\/var\\/lib\\/stagegraph/$VOLUME}"
    ;;
  *' get deployment '*) echo ghcr.io/example/stagegraph:${readVersion()} ;;
  *' apply '*) cat > "$VOLUME/../applied.yaml" ;;
esac
`;

interface Place {
  readonly folder: string;
  readonly volume: string;
}
function createPlace(): Place {
  const folder = mkdtempSync(join(tmpdir(), 'backup-'));
  closeAfterwards(() => rmSync(folder, { recursive: true, force: true }));
  for (const name of ['bin', 'volume', 'backup']) mkdirSync(join(folder, name));
  // The commands run from the root of the repository, and write there.
  for (const name of ['deploy', 'node_modules']) symlinkSync(join(root, name), join(folder, name));
  writeFileSync(join(folder, 'bin/kubectl'), kubectl, { mode: 0o755 });
  return { folder, volume: join(folder, 'volume') };
}

/** Runs commands in a shell; gives what they print. */
function shell(commands: string, { folder, volume }: Place): Promise<string> {
  const child = spawn('bash', ['-ec', commands], {
    cwd: folder,
    env: { PATH: `${join(folder, 'bin')}:${process.env.PATH ?? ''}`, APP: root, VOLUME: volume },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (output += chunk.toString()));
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => (code === 0 ? resolve(output) : reject(new Error(output))));
  });
}

const change = (rate: number): string => `mutation {
  setMethodSetting(input: {
    restApiId: "petstore01", stageName: "prod", resourcePath: "*", httpMethod: ALL,
    settings: { throttlingRateLimit: ${rate} }
  }) { userErrors { code } }
}`;
const history =
  '{ stage(restApiId: "petstore01", stageName: "prod") { history { nodes { patchOperations { value } } } } }';
interface History {
  readonly stage: {
    readonly history: {
      readonly nodes: readonly { readonly patchOperations: readonly { readonly value: string }[] }[];
    };
  };
}

async function open({ volume }: Place) {
  const gateway = await run({ memory: { database: { kind: 'sqlite', path: join(volume, 'memory.db') } } });
  const rates = async (): Promise<string[]> => {
    const { data } = await gateway.graphql<History>(history);
    return data.stage.history.nodes.flatMap(({ patchOperations }) =>
      patchOperations.map(({ value }) => value),
    );
  };
  return { ...gateway, rates };
}

/** Backs up while a gateway runs, changes a stage, and restores; gives what the commands print. */
async function backUpAndRestore(place: Place, backup: string, restore: string): Promise<[string, string]> {
  const gateway = await open(place);
  await gateway.graphql(change(41));
  const backedUp = await shell(backup, place);
  await gateway.graphql(change(42));
  expect(await gateway.rates()).toEqual(['42.0', '41.0']);
  await gateway.close();
  const restored = await shell(restore, place);
  const again = await open(place);
  expect(await again.rates()).toEqual(['41.0']);
  await again.close();
  return [backedUp, restored];
}

test('the commands of docs/database.md back up SQLite while the gateway runs, and restore it', async () => {
  const place = createPlace();
  const [sqlite = ''] = blocksOf('docs/database.md', 'Backup');
  const [restore = ''] = blocksOf('docs/database.md', 'Restore');
  const here = (commands: string) =>
    commands
      .replaceAll('/var/lib/stagegraph', place.volume)
      .replaceAll('/backup/', `${join(place.folder, 'backup')}/`);
  expect(await backUpAndRestore(place, here(sqlite), here(restore))).toEqual(['', '']);
});

test('the commands for a pod back up its database while the gateway runs, and restore it', async () => {
  const place = createPlace();
  const [backup = '', restore = ''] = blocksOf('deploy/kubernetes/README.md', 'Back up and restore');
  const [backedUp, restored] = await backUpAndRestore(place, backup, restore);
  const [inPod, here, ...others] = backedUp.trim().split('\n');
  expect(inPod).toMatch(/^\d+ \d+$/);
  expect([here, others]).toEqual([inPod, []]);
  expect(restored.trim()).toBe(inPod);
  expect(readdirSync(place.volume).filter((file) => !file.startsWith('memory.db'))).toEqual([]);
  expect(documentsOf(readFileSync(join(place.folder, 'applied.yaml'), 'utf8'))).toMatchObject([
    { kind: 'Pod', spec: { containers: [{ image: `ghcr.io/example/stagegraph:${readVersion()}` }] } },
  ]);
});
