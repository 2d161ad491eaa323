import { describe, expect, test } from '@jest/globals';
import { toUpstreamError } from '../../src/upstream/aws-errors.ts';

/** An exception as the SDK throws it. */
const thrown = (name: string, status: number | undefined, more: object = {}): Error =>
  Object.assign(new Error(name), { name, $metadata: { httpStatusCode: status, requestId: 'r1' } }, more);

const failureOf = (error: unknown) => toUpstreamError('UpdateStage', error).failure;

describe('what the SDK throws', () => {
  test.each<[string, unknown, string]>([
    ['a connection that is refused', Object.assign(new Error(''), { code: 'ECONNREFUSED' }), 'UNAVAILABLE'],
    [
      'several addresses that refuse',
      new AggregateError([Object.assign(new Error(''), { code: 'ECONNREFUSED' })]),
      'UNAVAILABLE',
    ],
    ['a name that is not found', Object.assign(new Error(''), { code: 'ENOTFOUND' }), 'UNAVAILABLE'],
    ['a connection that is reset', Object.assign(new Error(''), { code: 'ECONNRESET' }), 'BROKEN'],
    ['no answer in time', thrown('TimeoutError', undefined), 'TIMEOUT'],
    ['a page instead of JSON', new SyntaxError('Unexpected token <'), 'BROKEN'],
    ['an error of the server', thrown('InternalFailure', 500), 'BROKEN'],
    ['a service that is not available', thrown('ServiceUnavailableException', 503), 'UNAVAILABLE'],
    ['missing credentials', thrown('CredentialsProviderError', undefined), 'ACCESS_DENIED'],
    ['a refusal of a new kind', thrown('NewException', 403), 'ACCESS_DENIED'],
    ['a throttle of a new kind', thrown('NewException', 429), 'THROTTLED'],
    ['something of a new kind', thrown('NewException', 418), 'UNKNOWN'],
    ['no exception at all', 'text', 'UNKNOWN'],
    ['a conflict that is none of ours', thrown('ConflictException', 409), 'REJECTED'],
  ])('%s', (_, error, failure) => {
    expect(failureOf(error)).toBe(failure);
  });

  test.each([
    'DEPTH_ZERO_SELF_SIGNED_CERT',
    'SELF_SIGNED_CERT_IN_CHAIN',
    'CERT_HAS_EXPIRED',
    'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
    'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
    'ERR_TLS_CERT_ALTNAME_INVALID',
  ])('a certificate that is not trusted (%s) means that nothing was sent', (code) => {
    expect(failureOf(Object.assign(new Error(''), { code }))).toBe('UNAVAILABLE');
  });

  test.each<[string, object, number | undefined]>([
    ['its member', { retryAfterSeconds: '7' }, 7],
    ['the header of its answer', { $response: { headers: { 'retry-after': '8' } } }, 8],
    ['nothing', {}, undefined],
    ['nonsense', { $response: { headers: { 'retry-after': 'soon' } } }, undefined],
    ['the past', { retryAfterSeconds: '-3' }, undefined],
  ])('tells how long to wait by %s', (_, more, seconds) => {
    const error = toUpstreamError('GetStages', thrown('NewException', 429, more));
    expect(error.retryAfterSeconds).toBe(seconds);
  });

  test('tells how long to wait by a date in the header', () => {
    const date = new Date(Date.now() + 60_000).toUTCString();
    const more = { $response: { headers: { 'retry-after': date } } };
    const { retryAfterSeconds } = toUpstreamError('GetStages', thrown('NewException', 429, more));
    expect(retryAfterSeconds).toBeGreaterThan(55);
    expect(retryAfterSeconds).toBeLessThanOrEqual(60);
  });

  test('a time to wait means nothing where waiting does not help', () => {
    const error = toUpstreamError('GetStages', thrown('NotFoundException', 404, { retryAfterSeconds: '7' }));
    expect(error.retryAfterSeconds).toBeUndefined();
  });
});
