import { beforeAll, describe, expect, test } from '@jest/globals';
import { getIntrospectionQuery } from 'graphql';
import { type Running, run } from '../../support/run.ts';

const times = (count: number, text: (index: number) => string): string =>
  Array.from({ length: count }, (_, index) => text(index)).join(' ');

const whole = getIntrospectionQuery({
  directiveIsRepeatable: true,
  inputValueDeprecation: true,
  oneOf: true,
  schemaDescription: true,
  specifiedByUrl: true,
});
/** The fields and fragments of the whole schema, for more than one root field. */
const body = whole
  .slice(whole.indexOf('__schema') + '__schema'.length, whole.indexOf('fragment FullType'))
  .trim();
const schemaBody = body.slice(0, body.lastIndexOf('}')).trim();
const fragments = whole.slice(whole.indexOf('fragment FullType'));
const TYPE = '{ fields(includeDeprecated: true) { name args { name } type { name fields { name } } } }';

let gateway: Running;
beforeAll(async () => {
  gateway = await run();
});

describe('introspection beyond the limit is refused before execution', () => {
  test.each([
    [
      'the whole schema under many names',
      `{ ${times(100, (index) => `a${index}: __schema { ...S }`)} } fragment S on __Schema ${schemaBody} ${fragments}`,
    ],
    [
      'many lists of all types',
      `{ __schema { ${times(60, (index) => `a${index}: types { ...T }`)} } } fragment T on __Type { name ${TYPE.slice(1, -1)} }`,
    ],
    [
      'through fragments within fragments',
      `{ ...A } fragment A on Query { a: __schema { ...S } b: __schema { ...S } ...B } fragment B on Query { c: __schema { ...S } d: __schema { ...S } } fragment S on __Schema { ${times(20, (index) => `a${index}: types { ...T }`)} } fragment T on __Type { ${TYPE.slice(1, -1)} }`,
    ],
    [
      'single types under many names',
      `{ ${times(80, (index) => `a${index}: __type(name: "Query") { ...T }`)} } fragment T on __Type { fields { type { fields { name description type { name } } } } }`,
    ],
    ['the SDL under many names', `{ ${times(90, (index) => `a${index}: _service { sdl }`)} }`],
  ])('%s', async (_, query) => {
    const { status, data, errors } = await gateway.graphql(query);
    expect({ status, data }).toEqual({ status: 400, data: undefined });
    expect(errors).toMatchObject([
      {
        message: expect.stringMatching(
          /^The response would have \d+ introspection fields; the limit is \d+, 3 times the whole schema\.$/,
        ),
        extensions: { code: 'OPERATION_TOO_LARGE' },
      },
    ]);
  });
});

describe('introspection by tools is answered', () => {
  test.each([
    ['the whole schema', whole],
    ['as most tools ask for it', getIntrospectionQuery()],
    ['in short', getIntrospectionQuery({ descriptions: false })],
    ['the SDL for routers', '{ _service { sdl } }'],
    ['the SDL beside the whole schema', `{ _service { sdl } __schema ${schemaBody} } ${fragments}`],
    [
      'what a schema can do, as GraphiQL and Sandbox ask',
      '{ a: __type(name: "__Directive") { fields { name } } b: __type(name: "__Type") { fields { name } } c: __type(name: "__InputValue") { fields { name } } }',
    ],
    [
      'each of a page of types',
      `{ ${times(30, (index) => `a${index}: __type(name: "Stage") ${TYPE}`).replaceAll(' type { name fields { name } }', '')} }`,
    ],
  ])('%s', async (_, query) => {
    const { status, errors } = await gateway.graphql(query);
    expect({ status, errors }).toEqual({ status: 200, errors: undefined });
  });
});
