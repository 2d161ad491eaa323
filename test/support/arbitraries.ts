import fc from 'fast-check';
import type { KeyedMethod } from '../../src/datasources/stages/wire/method-setting-key.ts';

const methods = ['GET', 'PUT', 'POST', 'DELETE', 'PATCH', 'OPTIONS', 'HEAD'] as const;
const segmentCharacters = ['a', 'z', '0', '9', '1', '{', '}', '+', '-', '_', '.', ':', '$', 'é'];

/** Methods that can have an entry, as people write them. */
export const addresses: fc.Arbitrary<KeyedMethod> = fc.oneof(
  fc.constant({ resourcePath: '*', httpMethod: 'ALL' as const }),
  fc.record({
    resourcePath: fc
      .array(fc.string({ unit: fc.constantFrom(...segmentCharacters), minLength: 1, maxLength: 8 }), {
        maxLength: 4,
      })
      .map((segments) => `/${segments.join('/')}`),
    httpMethod: fc.constantFrom(...methods),
  }),
);
