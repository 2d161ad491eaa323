import { describe, expect, test } from '@jest/globals';
import {
  changed,
  madeInDoubt,
  refused,
  unguarded,
} from '../../../../src/datasources/stages/changes/stage-change.ts';
import type { Refusal } from '../../../../src/datasources/stages/plans/plan.ts';

const key = { restApiId: 'petstore01', stageName: 'prod' };
const doubt: Refusal = { code: 'OUTCOME_UNKNOWN', message: 'The lock was lost.', field: null };
const refusal: Refusal = { code: 'PRECONDITION_FAILED', message: 'Another revision.', field: null };
const codes = (errors: readonly { code: string }[]) => errors.map(({ code }) => code);

describe('a change from which other processes were not kept out', () => {
  test('has a warning, or an error where it relied on that', () => {
    expect(codes(unguarded(changed(key, undefined)).warnings)).toEqual(['UNGUARDED']);
    expect(codes(madeInDoubt(changed(key, undefined), doubt).userErrors)).toEqual(['OUTCOME_UNKNOWN']);
  });

  test('has neither where it was refused: nothing was changed', () => {
    expect(unguarded(refused(key, refusal)).warnings).toEqual([]);
    expect(codes(madeInDoubt(refused(key, refusal), doubt).userErrors)).toEqual(['PRECONDITION_FAILED']);
  });
});
