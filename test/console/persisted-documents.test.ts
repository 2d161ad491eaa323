import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { Kind, parse, validate } from 'graphql';
import { defaultLimits } from '../../src/graphql/limits/limits.ts';
import { createSchema } from '../../src/graphql/schema/schema.ts';

/** What the committed page sends. */
const documents = Object.entries(
  JSON.parse(
    readFileSync(new URL('../../console/built/persisted-documents.json', import.meta.url), 'utf8'),
  ) as Record<string, string>,
);
const schema = createSchema({ fleet: true });

test.each(documents)('%s is the hash of an operation of the schema, within the limits', (id, text) => {
  expect(id).toBe(`sha256:${createHash('sha256').update(text).digest('hex')}`);
  const document = parse(text, { maxTokens: defaultLimits.tokens });
  expect(validate(schema, document)).toEqual([]);
  expect(document.definitions.filter(({ kind }) => kind === Kind.OPERATION_DEFINITION)).toHaveLength(1);
});

test('the page has one for each thing that it asks or changes', () => {
  const names = documents.map(([, text]) => /(?:query|mutation) (\w+)/.exec(text)?.[1]);
  expect(names.sort()).toEqual([
    'Api',
    'Apis',
    'Comparison',
    'CopyStageSettings',
    'Inventory',
    'Live',
    'Memory',
    'PatchStage',
    'PromoteCanary',
    'RecordStageBaseline',
    'RemoveCanary',
    'RevertStage',
    'SetCanarySettings',
    'SetMethodSetting',
    'SetStageVariables',
    'Siblings',
    'Stage',
    'Targets',
  ]);
});
