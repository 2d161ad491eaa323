import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { documentedNames } from '../../src/config/variable-docs.ts';
import { createMetrics } from '../../src/observability/metrics/metrics.ts';

const root = join(import.meta.dirname, '../..');
const listed = execFileSync('git', ['ls-files', '*.md', '--cached', '--others', '--exclude-standard'], {
  cwd: root,
  encoding: 'utf8',
});
const pages = listed.split('\n').filter((path) => path !== '' && existsSync(join(root, path)));
const read = (path: string): string => readFileSync(join(root, path), 'utf8');
const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> };

/** The anchor that a heading has on a page. */
const anchorOf = (heading: string): string =>
  heading
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}\s_-]/gu, '')
    .trim()
    .replaceAll(/\s/g, '-');
const anchorsOf = (path: string): string[] =>
  [...read(path).matchAll(/^#+ (.*)$/gm)].map(([, heading = '']) => anchorOf(heading));

/** Variables that other programs read, in what is shown of them. */
const foreign = /^(?:AWS_|OTEL_|NODE_|npm_|APOLLO_|CHROMIUM_PATH$|PGSSLROOTCERT$|ON_ERROR_STOP$)/;
const known = new Set(documentedNames());
const isKnown = (name: string): boolean => known.has(name) || foreign.test(name);

describe.each(pages)('%s', (path) => {
  const text = read(path);

  test('leads to pages and headings that exist', () => {
    const broken = [...text.matchAll(/\]\((?!\w+:)([^)\s#]*)(?:#([^)\s]+))?\)/g)].filter(
      ([, file = '', anchor]) => {
        const target = file === '' ? path : join(dirname(path), file);
        if (!existsSync(join(root, target))) return true;
        return anchor !== undefined && target.endsWith('.md') && !anchorsOf(target).includes(anchor);
      },
    );
    expect(broken.map(([link]) => link)).toEqual([]);
  });

  test('names commands that exist', () => {
    const named = [...text.matchAll(/npm run (?:(?:--silent|-s) )?([\w:-]+)/g)].map(([, name = '']) => name);
    expect(named.filter((name) => !Object.hasOwn(scripts, name))).toEqual([]);
  });

  // The changelog and the facts about AWS name what was there when they were written.
  const isHistory = path === 'CHANGELOG.md' || path === 'docs/stage-api.md';
  test('names files that exist', () => {
    const named = [
      ...text.matchAll(/`((?:src|test|schema|docs|examples|bench|console|explorer)\/[\w./-]+)`/g),
    ];
    const missing = named
      .map(([, file = '']) => file)
      .filter((file) => !existsSync(join(root, file)) && !existsSync(join(root, dirname(path), file)));
    expect(isHistory ? [] : missing).toEqual([]);
  });

  test('sets variables that exist', () => {
    const blocks = [...text.matchAll(/```(?:sh|bash|console)\n(.*?)```/gs)].map(([, block = '']) => block);
    const spans = [...text.matchAll(/`([A-Z][A-Z0-9_]+=[^`]*)`/g)].map(([, span = '']) => span);
    const set = [...blocks, ...spans].flatMap((code) =>
      [...code.matchAll(/(?:^|\s)([A-Z][A-Z0-9_]{2,})=/g)].map(([, name = '']) => name),
    );
    const exported = new Set(
      blocks.flatMap((code) => [...code.matchAll(/\$\{?(\w+)/g)].map(([, name = '']) => name)),
    );
    // Examples are programs with variables of their own.
    const ours = path.startsWith('examples/') ? [] : set;
    expect(ours.filter((name) => !isKnown(name) && !exported.has(name))).toEqual([]);
  });
});

test('every page of docs/ is reached from the README by links', () => {
  const reached = new Set(['README.md']);
  // A set is walked to its end, what is added on the way included.
  for (const path of reached) {
    for (const [, file = ''] of read(path).matchAll(/\]\((?!\w+:)([^)\s#]+\.md)/g)) {
      const target = join(dirname(path), file);
      if (pages.includes(target)) reached.add(target);
    }
  }
  expect(pages.filter((path) => path.startsWith('docs/') && !reached.has(path))).toEqual([]);
});

describe('the page on operations', () => {
  test('explains every metric, and no other', async () => {
    const metrics = createMetrics({
      version: '',
      limiters: () => [],
      sharing: () => ({ isUp: true, processes: 1, outages: 0 }),
      tokenKeys: () => ({ ageSeconds: 0, failedFetches: 0 }),
      database: {
        status: () => ({ available: true, since: 0, reason: undefined, outages: 0 }),
        bytes: () => 0,
        queued: () => 0,
        events: () => ({ waiting: 0, dropped: 0 }),
      },
    });
    const made = [...(await metrics.print()).matchAll(/^# TYPE stagegraph_(\w+)/gm)].map(
      ([, name = '']) => name,
    );
    const [, section = ''] = /^## Metrics$(.*?)^## /ms.exec(read('docs/operations.md')) ?? [];
    const explained = [...section.matchAll(/^\| `(\w+)` +\| (?:`|–)/gm)].map(([, name = '']) => name);
    expect(explained.sort()).toEqual(made.sort());
  });
});

describe('the container', () => {
  const dockerfile = read('Dockerfile');

  test('is built by scripts of the package, from files that exist', () => {
    const run = [...dockerfile.matchAll(/npm run ([\w:-]+)/g)].map(([, name = '']) => name);
    expect(run).toEqual(['build']);
    expect(run.filter((name) => !Object.hasOwn(scripts, name))).toEqual([]);
    const copied = [...dockerfile.matchAll(/^COPY (?!--from)(.*) \.\/?$/gm)].flatMap(([, files = '']) =>
      files.split(' '),
    );
    expect(copied.filter((file) => !existsSync(join(root, file)))).toEqual([]);
  });

  test('runs as nobody in particular, and is told itself to stop', () => {
    expect(dockerfile).toMatch(/^USER node$/m);
    expect(dockerfile).toMatch(/^ENTRYPOINT \["node", /m);
  });

  test('is composed with variables that exist', () => {
    const set = [...read('compose.yaml').matchAll(/^ {6}([A-Z][A-Z0-9_]+):/gm)].map(([, name = '']) => name);
    expect(set.length).toBeGreaterThan(3);
    expect(set.filter((name) => !isKnown(name))).toEqual([]);
  });
});
