import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type Running, run } from '../support/run.ts';

const readme = readFileSync(new URL('../../README.md', import.meta.url), 'utf8');
const examples = [...readme.matchAll(/```graphql\n(.*?)```\n\n```json\n(.*?)```/gs)].map(
  ([, operation = '', answer = '']) => ({ operation, answer }),
);

describe('README.md', () => {
  let gateway: Running;
  beforeAll(async () => {
    gateway = await run();
  });
  afterAll(() => gateway.close());

  test('shows an answer for every operation', () => {
    expect(examples.length).toBeGreaterThan(0);
    expect(examples).toHaveLength(readme.split('```graphql').length - 1);
  });

  test.each(examples)('shows the answer of a fresh start: $operation', async ({ operation, answer }) => {
    const { data, errors } = await gateway.graphql(operation);
    expect({ data, errors }).toEqual(JSON.parse(answer));
  });
});
