import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import {
  addressProblem,
  decodeMethodKey,
  encodeMethodKey,
} from '../../../../src/datasources/stages/wire/method-setting-key.ts';
import { addresses } from '../../../support/arbitraries.ts';

describe('the key of a method', () => {
  test.each([
    ['*', 'ALL', '*/*'],
    ['/', 'GET', '~1/GET'],
    ['/pets', 'GET', '~1pets/GET'],
    ['/pets/{petId}/toys', 'POST', '~1pets~1{petId}~1toys/POST'],
    ['/{proxy+}', 'PATCH', '~1{proxy+}/PATCH'],
  ] as const)('of %s with %s is %s, and decodes to the same method', (resourcePath, httpMethod, key) => {
    expect(encodeMethodKey({ resourcePath, httpMethod })).toBe(key);
    expect(decodeMethodKey(key)).toEqual({ resourcePath, httpMethod, canonical: true });
  });

  test('decodes to the method that it encodes', () => {
    fc.assert(
      fc.property(addresses, (address) => {
        expect(addressProblem(address)).toBeUndefined();
        expect(decodeMethodKey(encodeMethodKey(address))).toEqual({ ...address, canonical: true });
      }),
      { seed: 1 },
    );
  });

  test('is canonical only if it is the encoding of a method', () => {
    const text = fc.string({ unit: fc.constantFrom('~', '/', '0', '1', '*', 'p', 'GET', 'ALL', 'ANY') });
    fc.assert(
      fc.property(text, (key) => {
        const { resourcePath, httpMethod, canonical } = decodeMethodKey(key);
        const isKept = httpMethod !== null && httpMethod !== 'ANY';
        const written = isKept ? encodeMethodKey({ resourcePath, httpMethod }) : undefined;
        const sound = isKept && addressProblem({ resourcePath, httpMethod }) === undefined;
        expect(canonical).toBe(sound && written === key);
      }),
      { seed: 1, numRuns: 1000 },
    );
  });

  test.each([
    ['pets/GET', '/pets', 'GET'],
    ['test/toys/GET', '/test/toys', 'GET'],
    ['/GET', '/', 'GET'],
    ['~1pets/*', '/pets', 'ALL'],
    ['*/GET', '*', 'GET'],
    ['~1pets/ALL', '/pets', null],
    ['~1pets/ANY', '/pets', 'ANY'],
    ['~1{proxy+}/ANY', '/{proxy+}', 'ANY'],
    ['~1pets/TRACE', '/pets', null],
    ['~1pets/get', '/pets', null],
    ['~1pets~1/GET', '/pets/', 'GET'],
    ['~1a~0b/HEAD', '/a~b', 'HEAD'],
    ['~1~01pets~01{petId}/GET', '/~1pets~1{petId}', 'GET'],
    ['/tenant/{t}/codes/GET', '/tenant/{t}/codes', 'GET'],
    ['GET', '/GET', 'GET'],
    ['', '/', null],
  ])('%j is dead, and probably means %s with %s', (key, resourcePath, httpMethod) => {
    expect(decodeMethodKey(key)).toEqual({ resourcePath, httpMethod, canonical: false });
  });
});

describe('the address of a method', () => {
  test.each([
    ['', 'GET', 'must start with "/"'],
    ['pets', 'GET', 'must start with "/"'],
    ['/~1pets~1{petId}', 'GET', 'use "/pets/{petId}"'],
    ['~1pets~1{petId}', 'ANY', 'use "/pets/{petId}"'],
    ['/~1', 'GET', 'use "/"'],
    ['~1', 'GET', 'use "/"'],
    ['/pets~1{petId}', 'GET', 'use "/pets/{petId}"'],
    ['/a~0b', 'GET', 'must not contain "~", not "/a~0b".'],
    ['/a~b', 'GET', 'must not contain "~", not "/a~b".'],
    ['/~1pets~1', 'GET', 'must not contain "~", not "/~1pets~1".'],
    ['/~', 'GET', 'must not contain "~", not "/~".'],
    ['**', 'GET', 'must start with "/"'],
    ['/pets/', 'GET', 'must not end with "/"'],
    ['//', 'GET', 'must not end with "/"'],
    ['//pets', 'GET', 'must not have an empty segment'],
    ['/pets//toys', 'GET', 'must not have an empty segment'],
    ['/pets toys', 'GET', 'must not contain spaces, control characters or "*"'],
    ['/pets\n', 'GET', 'must not contain spaces, control characters or "*"'],
    ['/pets\u0000', 'GET', 'must not contain spaces, control characters or "*"'],
    ['/pets\ud800', 'GET', 'must not contain spaces, control characters or "*"'],
    ['/*', 'GET', 'must not contain spaces, control characters or "*"'],
    ['/pets/*', 'GET', 'must not contain spaces, control characters or "*"'],
    [`/${'x'.repeat(1024)}`, 'GET', 'at most 1024 characters'],
    ['*', 'GET', '"*" and httpMethod ALL must be used together'],
    ['/pets', 'ALL', '"*" and httpMethod ALL must be used together'],
  ] as const)('%j with %s breaks the rule: %s', (resourcePath, httpMethod, rule) => {
    expect(addressProblem({ resourcePath, httpMethod })).toContain(rule);
  });
});
