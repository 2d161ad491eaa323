import { describe, expect, test } from '@jest/globals';
import {
  changed,
  refused,
  unguarded,
  withUnknownOutcome,
} from '../../../../src/datasources/stages/changes/stage-change.ts';
import type { Refusal } from '../../../../src/datasources/stages/plans/patch-plan.ts';

const key = { restApiId: 'petstore01', stageName: 'prod' };
const doubt: Refusal = { code: 'OUTCOME_UNKNOWN', message: 'The lock was lost.', field: null };
const refusal: Refusal = { code: 'PRECONDITION_FAILED', message: 'Another revision.', field: null };
const codes = (errors: readonly { code: string }[]) => errors.map(({ code }) => code);

describe('a change that was made without a lock over all processes', () => {
  test('has a warning, or an error if it relied on the lock', () => {
    expect(codes(unguarded(changed(key, undefined)).warnings)).toEqual(['UNGUARDED']);
    expect(codes(withUnknownOutcome(changed(key, undefined), doubt).userErrors)).toEqual(['OUTCOME_UNKNOWN']);
  });

  test('has neither if it was refused', () => {
    expect(unguarded(refused(key, refusal)).warnings).toEqual([]);
    expect(codes(withUnknownOutcome(refused(key, refusal), doubt).userErrors)).toEqual([
      'PRECONDITION_FAILED',
    ]);
  });
});
