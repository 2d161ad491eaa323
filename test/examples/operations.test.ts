import { readdirSync, readFileSync } from 'node:fs';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { run, type Running, sentPatches } from '../support/run.ts';

const folder = new URL('../../examples/operations/', import.meta.url);
const read = (name: string) => readFileSync(new URL(name, folder), 'utf8');
const names = readdirSync(folder)
  .filter((name) => name.endsWith('.graphql'))
  .sort();

let gateway: Running;
beforeAll(async () => {
  gateway = await run();
});

const runFile = (name: string) =>
  gateway.graphql<Record<string, Record<string, unknown>>>(
    read(name),
    JSON.parse(read(name.replace('.graphql', '.json'))) as Record<string, unknown>,
  );

describe('examples/operations', () => {
  // In the order of their names, on one gateway: as a person would try them.
  test.each(names)('%s runs with its variables', async (name) => {
    const { data, errors } = await runFile(name);
    expect(errors).toBeUndefined();
    for (const result of Object.values(data)) {
      expect(result).not.toBeNull();
      expect(result.userErrors ?? []).toEqual([]);
    }
  });

  test('they cover what a person comes for', () => {
    expect(names).toEqual([
      '01-what-is-live.graphql',
      '02-compare-two-stages.graphql',
      '03-unthrottled-methods.graphql',
      '04-what-a-promotion-changes.graphql',
      '05-settings-without-effect.graphql',
      '06-throttle-a-method-dry-run.graphql',
      '07-throttle-a-method.graphql',
      '08-start-a-canary.graphql',
      '09-widen-the-canary.graphql',
      '10-promote-the-canary.graphql',
      '11-abandon-the-canary.graphql',
    ]);
  });

  test.each(names)('%s begins with a title and a hint, each a line', (name) => {
    expect(read(name)).toMatch(/^# \S.*\n# \S.*\n(query|mutation) /);
  });

  test('each does what its title says', async () => {
    const fresh = await run();
    const sentBy = async (name: string) => {
      fresh.stageApi.resetCalls();
      const variables = JSON.parse(read(name.replace('.graphql', '.json'))) as Record<string, unknown>;
      await fresh.graphql(read(name), variables);
      return sentPatches(fresh).flat();
    };
    try {
      expect(await sentBy('06-throttle-a-method-dry-run.graphql')).toEqual([]);
      expect(await sentBy('07-throttle-a-method.graphql')).toHaveLength(2);
      expect(await sentBy('08-start-a-canary.graphql')).toHaveLength(3);
      expect(await sentBy('09-widen-the-canary.graphql')).toEqual([
        { op: 'replace', path: '/canarySettings/percentTraffic', value: '50.0' },
      ]);
      expect(await sentBy('10-promote-the-canary.graphql')).toHaveLength(4);
      expect(await sentBy('11-abandon-the-canary.graphql')).toEqual([
        { op: 'remove', path: '/canarySettings' },
      ]);
    } finally {
      await fresh.close();
    }
  });
});
