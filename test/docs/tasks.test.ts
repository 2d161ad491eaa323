import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { marked } from 'marked';
import { type LoggedRequest } from '../../src/embedded/start.ts';
import { sampleData } from '../../src/embedded/state/sample-data.ts';
import { until } from '../support/polling.ts';
import { type Running, run } from '../support/run.ts';

const folder = new URL('../../docs/tasks/', import.meta.url);
const read = (file: string): string => readFileSync(new URL(file, folder), 'utf8');
const pages = readdirSync(folder).filter((file) => file.endsWith('.md') && file !== 'README.md');
/** Pages of commands are run by command-pages.test.ts. */
const graphqlPages = pages.filter((page) => !read(page).includes('```sh stagegraph'));

/**
 * What differs from run to run, by the member that holds it, and what it looks like. The page's value stands for the
 * one of this run, and goes on standing for it below: in variables, patch operations and commands. Ids that the
 * sample data holds stand for themselves.
 */
const date = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{3})?Z$/;
const revision = /^[\w-]{22}$/;
const varying: Readonly<Record<string, RegExp>> = {
  revision,
  revisionBefore: revision,
  revisionAfter: revision,
  plan: /^[\w-]{32}$/,
  deploymentId: /^[a-z0-9]{6}$/,
  awsRequestId: /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/,
  observedAt: date,
  createdDate: date,
  lastUpdatedDate: date,
  at: date,
  since: date,
  oldest: date,
};
const sample = JSON.stringify(sampleData);

type StandIns = Map<string, string>;
const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null;

/** Notes which value of the page stands for which of this run. */
function learn(standIns: StandIns, page: unknown, real: unknown): void {
  if (!isObject(page) || !isObject(real)) return;
  for (const [name, value] of Object.entries(page)) {
    const form = varying[name];
    const now = real[name];
    if (form === undefined || typeof value !== 'string' || typeof now !== 'string') {
      learn(standIns, value, now);
    } else if (form.test(value) && form.test(now) && !sample.includes(`"${value}"`) && !standIns.has(value)) {
      standIns.set(value, now);
    }
  }
}

const translated = (text: string, standIns: StandIns): string =>
  [...standIns].reduce((done, [page, real]) => done.replaceAll(page, real), text);

interface Step {
  readonly title: string;
  readonly graphql: string;
  /** The last one is for real; those before it are refused, or rehearse. */
  readonly runs: readonly { readonly variables: string; readonly answer: string }[];
  readonly patchOperations: readonly string[];
  readonly commands: string;
}

/** Each kind of block by a letter, and the order that a step has them in. */
const kinds: Readonly<Record<string, string>> = {
  graphql: 'G',
  'json variables': 'V',
  'json answer': 'A',
  'json patch-operations': 'P',
  'sh aws': 'C',
};
const order = /^G(V?A)(VA)*P*C?$/;

/** The steps of a page: its sections that have blocks. A block of another kind would be checked by nobody. */
function stepsOf(markdown: string): Step[] {
  const sections: { title: string; blocks: { lang: string; text: string }[] }[] = [];
  void marked.walkTokens(marked.lexer(markdown), (token) => {
    if (token.type === 'heading') sections.push({ title: String(token.text), blocks: [] });
    if (token.type === 'code')
      sections.at(-1)?.blocks.push({ lang: String(token.lang), text: String(token.text) });
  });
  return sections
    .filter(({ blocks }) => blocks.length > 0)
    .map(({ title, blocks }) => {
      const shape = blocks.map(({ lang }) => kinds[lang] ?? '?').join('');
      if (!order.test(shape)) throw new Error(`"${title}" lacks a block, or has one too many: ${shape}`);
      const all = (kind: string) => blocks.filter(({ lang }) => lang === kind).map(({ text }) => text);
      const variables = all('json variables');
      return {
        title,
        graphql: all('graphql').join(),
        runs: all('json answer').map((answer, index) => ({ variables: variables[index] ?? '{}', answer })),
        patchOperations: all('json patch-operations'),
        commands: all('sh aws').join(),
      };
    });
}

/** Words as a shell splits them: quotes, and lines that go on after a backslash. What it would expand is refused. */
function shellWords(line: string): string[] {
  const words = line.match(/(?:'[^']*'|[\w@%+=:,./-])+|\\\n|\s+|[^]/g) ?? [];
  return words
    .filter((word) => word.trim() !== '' && word !== '\\\n')
    .map((word) => {
      if (/^[^\w@%+=:,./-]$/.test(word)) throw new Error(`Quote ${JSON.stringify(word)} in: ${line}`);
      return word.replaceAll("'", '');
    });
}

interface Command {
  readonly operation: string;
  readonly input: Readonly<Record<string, unknown>>;
}

const camelCase = (words: string): string =>
  words.replaceAll(/-([a-z])/g, (_, letter: string) => letter.toUpperCase());

/** `aws apigateway update-stage --rest-api-id …` as the operation and the input that the CLI would send. */
function parseCommand(line: string): Command {
  const [aws, service, operation = '', ...words] = shellWords(line);
  expect([aws, service]).toEqual(['aws', 'apigateway']);
  let input: Record<string, unknown> = {};
  for (let word = words.shift(); word !== undefined; word = words.shift()) {
    expect(word).toMatch(/^--[a-z-]+$/);
    const value = words[0]?.startsWith('--') === false ? words.shift() : 'true';
    const parsed: unknown = /^[[{]|^(true|false)$/.test(value ?? '') ? JSON.parse(value ?? '') : value;
    input = { ...input, [camelCase(word.slice(2))]: parsed };
  }
  return { operation: camelCase(`-${operation}`), input };
}

/** One command a line, unless the line goes on after a backslash or within quotes. */
const parseCommands = (block: string): Command[] =>
  block === '' ? [] : block.split(/\n(?=aws )/).map(parseCommand);

const isRead = ({ operation }: { operation: string }): boolean => operation.startsWith('Get');
const succeeded = ({ status }: LoggedRequest): boolean => status >= 200 && status < 300;
const asCommand = ({ operation, params, body }: LoggedRequest): Command => ({
  operation,
  input: { ...params, ...(body as object | undefined) },
});
const patchOperationsIn = (commands: readonly Command[]): unknown[] =>
  commands.filter(({ operation }) => operation === 'UpdateStage').map(({ input }) => input.patchOperations);

/** What was read of which API. One stage may be read by GetStages: the gateway asks once for all stages of an API. */
const readsOf = (commands: readonly Command[]): string[] =>
  commands.map(({ operation, input }) => `${operation.replace(/s$/, '')} ${String(input.restApiId)}`).sort();

/** Carries out a step, and holds everything that the page says about it against what happened. */
async function expectStepToHold(gateway: Running, step: Step, standIns: StandIns): Promise<void> {
  let sent: Command[] = [];
  for (const { variables, answer } of step.runs) {
    expect(sent.filter((command) => !isRead(command))).toEqual([]);
    gateway.stageApi.resetCalls();
    const given = JSON.parse(translated(variables, standIns)) as Record<string, unknown>;
    const { data, errors } = await gateway.graphql(step.graphql, given);
    const real: unknown = { data, ...(errors && { errors }) };
    learn(standIns, JSON.parse(answer), real);
    expect(real).toEqual(JSON.parse(translated(answer, standIns)));
    sent = gateway.stageApi.requests().filter(succeeded).map(asCommand);
  }
  const commands = parseCommands(translated(step.commands, standIns));
  if (step.graphql.startsWith('query')) {
    expect(readsOf(commands)).toEqual(readsOf(sent));
    const variables = step.runs.map((each) => JSON.parse(each.variables) as unknown);
    const inputs = [...variables, ...sent.map(({ input }) => input)];
    for (const { input } of commands) expect(inputs).toContainEqual(expect.objectContaining(input));
  } else {
    const writes = sent.filter((command) => !isRead(command));
    expect(step.patchOperations.map((block): unknown => JSON.parse(translated(block, standIns)))).toEqual(
      patchOperationsIn(writes),
    );
    expect(commands).toEqual(writes);
  }
}

/** Deployments that stages and canaries of the sample data serve. */
const SERVED = 6;
const CRAWLED = `{
  all: stageInventory { targets { complete } }
  unthrottled: stageInventory(where: { findings: [THROTTLING_OFF] }) { totalCount }
}`;

/**
 * A gateway with a memory, as `npm start` has one, which has gone through all APIs and their deployments: nothing but
 * the page's own steps sends calls then.
 */
async function runWithMemory(): Promise<Running> {
  const gateway = await run({ memory: { inventoryRate: 50 } });
  await until(async () => {
    const { data } = await gateway.graphql<{
      all: { targets: { complete: boolean }[] };
      unthrottled: { totalCount: number };
    }>(CRAWLED);
    const { targets } = data.all;
    const isComplete = targets.length > 0 && targets.every(({ complete }) => complete);
    const { GetDeployment: described = 0 } = gateway.stageApi.calls();
    return isComplete && described >= SERVED && data.unthrottled.totalCount > 0;
  }, 20);
  return gateway;
}

/** Pages about what the gateway remembers. The others hold without it. */
const needsMemory = (steps: readonly Step[]): boolean =>
  steps.some(({ graphql }) =>
    /\b(?:stageInventory|stageHistory|revertStage|\w+StageBaseline)\b/.test(graphql),
  );

async function expectPageToHold(markdown: string): Promise<void> {
  const steps = stepsOf(markdown);
  expect(steps.some(({ patchOperations }) => patchOperations.length > 0)).toBe(true);
  const gateway = await (needsMemory(steps) ? runWithMemory() : run());
  try {
    const standIns: StandIns = new Map();
    for (const step of steps) {
      await expectStepToHold(gateway, step, standIns).catch((problem: unknown) => {
        throw new Error(`"${step.title}" does not hold`, { cause: problem });
      });
    }
  } finally {
    await gateway.close();
  }
}

describe('docs/tasks', () => {
  test.each(graphqlPages)('%s runs as written', (page) => expectPageToHold(read(page)));

  test('the index leads to every page, and every link to a file', () => {
    const linksOf = (markdown: string) =>
      [...markdown.matchAll(/\]\(([^)#]+)(?:#[^)]*)?\)/g)].map(([, target = '']) => target);
    const indexed = linksOf(read('README.md')).filter((target) => !target.startsWith('../'));
    expect(indexed.sort()).toEqual(pages.sort());
    for (const target of pages.flatMap((page) => linksOf(read(page)))) {
      expect(() => read(target)).not.toThrow();
    }
  });
});

describe('the check of a page', () => {
  const page = read('turn-on-access-logs.md');
  const blocks = [...page.matchAll(/```[^]*?```/g)].map(([block]) => block);

  test.each(blocks.map((block, index) => [`${index + 1}, ${block.split('\n', 1).join()}`, block]))(
    'fails without block %s',
    async (_, block) => {
      await expect(expectPageToHold(page.replace(block, () => ''))).rejects.toThrow();
    },
  );

  test.each([
    ['an answer', '"destinationArn": "arn:aws:logs:us-east-1:123456789012:log-group:petstore-staging",'],
    ['a patch operation', '[{ "op": "remove", "path": "/accessLogSettings" }]\n```\n'],
    ['a command', '--patch-operations \'[{ "op": "remove", "path": "/accessLogSettings" }]\''],
    ['a stage name of a command', '--stage-name staging'],
  ])('fails when %s says something else', async (_, text) => {
    expect(page).toContain(text);
    const wrong = text.replace(/staging|accessLogSettings/, 'other');
    await expect(expectPageToHold(page.replace(text, () => wrong))).rejects.toThrow('does not hold');
  });

  test('fails when a command leaves something to the shell', async () => {
    const unquoted = page.replaceAll(/'(\[[^]*?\])'/g, '"$1"');
    await expect(expectPageToHold(unquoted)).rejects.toThrow('does not hold');
  });
});
