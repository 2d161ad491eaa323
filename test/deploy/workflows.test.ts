import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { NoOperationTraceWriter, parseWorkflow } from '@actions/workflow-parser';
import { describe, expect, test } from '@jest/globals';
import { parse } from 'yaml';

interface Step {
  readonly uses?: string;
  readonly run?: string;
}
interface Workflow {
  readonly permissions: Readonly<Record<string, string>>;
  readonly jobs: Readonly<
    Record<
      string,
      {
        readonly uses?: string;
        readonly needs?: readonly string[];
        readonly permissions?: Readonly<Record<string, string>>;
        readonly strategy?: { readonly matrix: { readonly node: readonly number[] } };
        readonly steps?: readonly Step[];
      }
    >
  >;
}

const root = join(import.meta.dirname, '../..');
const read = (path: string): string => readFileSync(join(root, path), 'utf8');
const readWorkflow = (file: string): Workflow => parse(read(`.github/workflows/${file}`)) as Workflow;
const packageJson = JSON.parse(read('package.json')) as {
  readonly engines: { readonly node: string };
  readonly scripts: Readonly<Record<string, string>>;
};

const problemsOf = (content: string): string[] =>
  parseWorkflow({ name: 'workflow.yml', content }, new NoOperationTraceWriter())
    .context.errors.getErrors()
    .map(({ message }) => message);

describe.each(readdirSync(join(root, '.github/workflows')))('the workflow %s', (file) => {
  const workflow = readWorkflow(file);
  const jobs = Object.values(workflow.jobs);
  const steps = jobs.flatMap((job) => job.steps ?? []);

  test("is a workflow by GitHub's own parser", () => {
    expect(problemsOf(read(`.github/workflows/${file}`))).toEqual([]);
  });

  test('pins every action to a commit and names its version, and may write only where a job says so', () => {
    const actions = [...read(`.github/workflows/${file}`).matchAll(/uses: (.+)/g)].map(
      ([, uses = '']) => uses,
    );
    expect(actions.length).toBe([...jobs, ...steps].filter(({ uses }) => uses !== undefined).length);
    expect(actions.filter((uses) => !/^\.\/|@[0-9a-f]{40} # v\d+\.\d+\.\d+$/.test(uses))).toEqual([]);
    expect(workflow.permissions).toEqual({ contents: 'read' });
  });

  test('runs scripts that exist', () => {
    const commands = steps.flatMap(({ run }) => run ?? []).join('\n');
    const scripts = [...commands.matchAll(/npm run (?:--silent |-s )?([\w:-]+)/g)].map(
      ([, name = '']) => name,
    );
    expect(scripts.filter((name) => !Object.hasOwn(packageJson.scripts, name))).toEqual([]);
    const files = [...commands.matchAll(/\bbash (\S+)/g)].map(([, path = '']) => path);
    expect(files.length).toBeGreaterThan(0);
    for (const path of files) expect(spawnSync('bash', ['-n', path], { cwd: root }).status).toBe(0);
  });
});

test.each([
  ['a job without a runner', 'on: push\njobs: { a: { steps: [] } }'],
  [
    'an expression that ends early',
    'on: push\njobs: { a: { runs-on: x, steps: [{ run: "${{ github. }}" }] } }',
  ],
  ['a misspelt key', 'on: push\njobs: { a: { runs-on: x, step: [] } }'],
])('%s is found', (_, content) => {
  expect(problemsOf(content)).not.toEqual([]);
});

test('CI runs on the oldest supported Node and the newer ones', () => {
  const [oldest = 0, ...newer] = readWorkflow('ci.yml').jobs.check?.strategy?.matrix.node ?? [];
  expect(packageJson.engines.node).toMatch(new RegExp(`^>=${oldest}\\.`));
  expect(newer).toEqual([22, 24]);
});

test('nothing is published before CI has passed and the notes are written, and nothing released before that', () => {
  const { npm, image, release } = readWorkflow('release.yml').jobs;
  expect([npm?.needs, image?.needs, release?.needs]).toEqual([
    ['ci', 'notes'],
    ['ci', 'notes'],
    ['npm', 'image'],
  ]);
  expect([npm?.permissions, image?.permissions, release?.permissions]).toEqual([
    { contents: 'read', 'id-token': 'write' },
    { contents: 'read', packages: 'write', 'id-token': 'write', attestations: 'write' },
    { contents: 'write' },
  ]);
});

test('the npm package has what its users need, and nothing else', () => {
  const { stdout } = spawnSync('npm', ['pack', '--dry-run', '--json', '--ignore-scripts'], {
    cwd: root,
    encoding: 'utf8',
  });
  const [{ files }] = JSON.parse(stdout) as [{ files: readonly { readonly path: string }[] }];
  const tops = new Set(files.map(({ path }) => path.split('/')[0]));
  tops.delete('dist');
  expect([...tops].sort()).toEqual([
    '.env.example',
    'CHANGELOG.md',
    'LICENSE',
    'README.md',
    'console',
    'docs',
    'explorer',
    'package.json',
    'schema',
  ]);
});

test.each(['bug.yml', 'feature.yml'])(
  'the issue form %s asks for something, with a text for each question',
  (file) => {
    const form = parse(read(`.github/ISSUE_TEMPLATE/${file}`)) as {
      readonly name: string;
      readonly description: string;
      readonly body: readonly { type: string; id?: string; attributes: { label?: string; value?: string } }[];
    };
    const questions = form.body.filter(({ type }) => type !== 'markdown');
    expect(form).toMatchObject({ name: expect.any(String), description: expect.any(String) });
    expect(questions.length).toBeGreaterThan(1);
    expect(
      questions.filter(({ id, attributes }) => id === undefined || attributes.label === undefined),
    ).toEqual([]);
  },
);
