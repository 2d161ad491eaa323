import { describe, expect, test } from '@jest/globals';
import { toUpstreamError } from '../../../src/upstream/calls/aws-errors.ts';

/** An exception as the SDK throws it. */
const thrown = (name: string, status: number | undefined, more: object = {}): Error =>
  Object.assign(new Error(name), { name, $metadata: { httpStatusCode: status, requestId: 'r1' } }, more);

const failureOf = (error: unknown, mayHaveBeenSent: boolean) =>
  toUpstreamError('UpdateStage', error, mayHaveBeenSent).failure;

const withCode = (code: string): Error => Object.assign(new Error(''), { code });

describe('errors of the SDK before a request is sent', () => {
  test.each<[string, unknown, string]>([
    [
      'several addresses that refuse the connection',
      new AggregateError([withCode('ECONNREFUSED')]),
      'UNAVAILABLE',
    ],
    ['a connection that takes too long', thrown('ConnectionTimeout', undefined), 'UNAVAILABLE'],
    ['a timeout', thrown('TimeoutError', undefined), 'UNAVAILABLE'],
    ['credentials that take too long', thrown('CredentialsTimeout', undefined), 'UNAVAILABLE'],
    ['missing credentials', thrown('CredentialsProviderError', undefined), 'ACCESS_DENIED'],
    ['a credential provider that denies access', thrown('AccessDenied', 403), 'ACCESS_DENIED'],
    ['a credential provider that is throttled', thrown('Throttling', 400), 'UNAVAILABLE'],
    ['a credential provider that fails', thrown('InternalFailure', 500), 'UNAVAILABLE'],
    ['a bug of the gateway', new TypeError('undefined is not a function'), 'UNKNOWN'],
    ['a value that is not an error', 'text', 'UNKNOWN'],
  ])('%s', (_, error, failure) => {
    expect(failureOf(error, false)).toBe(failure);
  });

  test.each([
    'ECONNREFUSED',
    'ECONNRESET',
    'ENOTFOUND',
    'EPROTO',
    'ERR_SSL_WRONG_VERSION_NUMBER',
    'DEPTH_ZERO_SELF_SIGNED_CERT',
    'SELF_SIGNED_CERT_IN_CHAIN',
    'CERT_NOT_YET_VALID',
    'CERT_HAS_EXPIRED',
    'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
    'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
    'ERR_TLS_CERT_ALTNAME_INVALID',
  ])('%s means that AWS cannot be reached', (code) => {
    expect(failureOf(withCode(code), false)).toBe('UNAVAILABLE');
  });
});

describe('errors of the SDK after a request may have been sent', () => {
  test.each<[string, unknown, string]>([
    ['a connection that is reset', Object.assign(new Error(''), { code: 'ECONNRESET' }), 'BROKEN'],
    ['no response in time', thrown('TimeoutError', undefined), 'TIMEOUT'],
    ['a page instead of JSON', new SyntaxError('Unexpected token <'), 'BROKEN'],
    ['a server error', thrown('InternalFailure', 500), 'BROKEN'],
    ['a service that is not available', thrown('ServiceUnavailableException', 503), 'UNAVAILABLE'],
    ['an unknown error with status 403', thrown('NewException', 403), 'ACCESS_DENIED'],
    ['an unknown error with status 429', thrown('NewException', 429), 'THROTTLED'],
    ['a request that was not received completely', thrown('Unknown', 408), 'UNAVAILABLE'],
    ['an unknown error with another status', thrown('NewException', 418), 'REJECTED'],
    ['a response that cannot be parsed', new TypeError('Expected real number'), 'BROKEN'],
    ['a value that is not an error', 'text', 'BROKEN'],
    ['a conflict with an unknown message', thrown('ConflictException', 409), 'REJECTED'],
  ])('%s', (_, error, failure) => {
    expect(failureOf(error, true)).toBe(failure);
  });

  test.each([
    'Throttling',
    'ThrottlingException',
    'ThrottledException',
    'RequestThrottled',
    'RequestThrottledException',
    'RequestLimitExceeded',
    'SlowDown',
    'TooManyRequestsException',
  ])('%s is throttling, whatever its status', (name) => {
    expect(failureOf(thrown(name, 400), true)).toBe('THROTTLED');
  });

  test.each<[string, object, number | undefined]>([
    ['its member', { retryAfterSeconds: '7' }, 7],
    ['the header of its answer', { $response: { headers: { 'retry-after': '8' } } }, 8],
    ['nothing', {}, undefined],
    ['a header that is neither', { $response: { headers: { 'retry-after': 'soon' } } }, undefined],
    ['a time in the past', { retryAfterSeconds: '-3' }, undefined],
    ['an infinite time, cut to a minute', { retryAfterSeconds: 'Infinity' }, 60],
    ['a year, cut to a minute', { $response: { headers: { 'retry-after': '31536000' } } }, 60],
    [
      'a distant date, cut to a minute',
      { $response: { headers: { 'retry-after': 'Fri, 01 Jan 2100 00:00:00 GMT' } } },
      60,
    ],
  ])('take the time to wait from %s', (_, more, seconds) => {
    const error = toUpstreamError('GetStages', thrown('NewException', 429, more), true);
    expect(error.retryAfterSeconds).toBe(seconds);
  });

  test('take the time to wait from a date in the header', () => {
    const date = new Date(Date.now() + 60_000).toUTCString();
    const more = { $response: { headers: { 'retry-after': date } } };
    const { retryAfterSeconds } = toUpstreamError('GetStages', thrown('NewException', 429, more), true);
    expect(retryAfterSeconds).toBeGreaterThan(55);
    expect(retryAfterSeconds).toBeLessThanOrEqual(60);
  });

  test('have no time to wait where waiting does not help', () => {
    const error = toUpstreamError(
      'GetStages',
      thrown('NotFoundException', 404, { retryAfterSeconds: '7' }),
      true,
    );
    expect(error.retryAfterSeconds).toBeUndefined();
  });

  test.each([new SyntaxError('Unexpected token < in JSON'), new Error('UnknownError'), new Error('')])(
    'have the status as their message where AWS has sent none (%s)',
    (error) => {
      const refusal = Object.assign(error, { $metadata: { httpStatusCode: 413 } });
      const { failure, awsMessage } = toUpstreamError('UpdateStage', refusal, true);
      expect({ failure, awsMessage }).toEqual({
        failure: 'REJECTED',
        awsMessage: 'status 413, without a message',
      });
    },
  );
});
