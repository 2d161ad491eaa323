import { describe, expect, test } from '@jest/globals';
import type { PatchOperation } from '../../../../src/datasources/stages/plans/patch-plan.ts';
import {
  withoutAbsentEntries,
  withoutAbsentRemovals,
} from '../../../../src/datasources/stages/plans/removals.ts';
import { newEntry, stageWith } from '../../../support/stages.ts';

const remove = (path: string): PatchOperation => ({ op: 'remove', path });
const replace = (path: string): PatchOperation => ({ op: 'replace', path, value: 'x' });

const full = stageWith({
  methodSettings: { '~1pets/GET': newEntry, 'pets/GET': newEntry, '/a/b/GET': newEntry },
  variables: { table: 'pets' },
  accessLogSettings: { format: 'x' },
  canarySettings: { stageVariableOverrides: { table: 'cats' } },
});
const paths = [
  '/~1pets/GET',
  '/pets/GET',
  '//a/b/GET',
  '/~1a~1b~1GET',
  '/variables/table',
  '/accessLogSettings',
  '/canarySettings',
  '/canarySettings/stageVariableOverrides/table',
];

describe('a removal of a missing target', () => {
  test.each(paths)('of %s is dropped, and kept if the target exists', (path) => {
    expect(withoutAbsentRemovals([remove(path)], full)).toEqual([remove(path)]);
    expect(withoutAbsentRemovals([remove(path)], stageWith())).toEqual([]);
  });

  test.each(paths)('of %s is dropped from a dry run only if AWS is known to refuse it', (path) => {
    const refuses = path.endsWith('GET');
    expect(withoutAbsentEntries([remove(path)], stageWith())).toEqual(refuses ? [] : [remove(path)]);
    expect(withoutAbsentEntries([remove(path)], full)).toEqual([remove(path)]);
  });

  test('is kept if an earlier operation of the same call creates the target', () => {
    const operations = [replace('/~1new/GET/metrics/enabled'), remove('/~1new/GET')];
    expect(withoutAbsentRemovals(operations, stageWith())).toEqual(operations);
    expect(withoutAbsentRemovals(operations.toReversed(), stageWith())).toEqual([operations[0]]);
  });

  test('is not confused with that of a method with the same prefix', () => {
    const operations = [replace('/~1new/GETTER/metrics/enabled'), remove('/~1new/GET')];
    expect(withoutAbsentRemovals(operations, stageWith())).toEqual([operations[0]]);
  });

  test('keeps all other operations, and their order', () => {
    const operations = [replace('/description'), remove('/variables/gone'), replace('/variables/table')];
    expect(withoutAbsentRemovals(operations, full)).toEqual([operations[0], operations[2]]);
  });
});
