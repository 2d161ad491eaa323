import { describe, expect, test } from '@jest/globals';
import { differenceOf } from '../../../src/datasources/rest-apis/deployment-difference.ts';
import { methodName, methodNames } from '../../../src/datasources/rest-apis/method-names.ts';
import { deploymentWith, open, signed, withKey } from '../../support/deployments.ts';

const before = deploymentWith({ '/pets': { GET: open, POST: signed }, '/old': { GET: open } }, 'dep001', 1);
const after = deploymentWith({ '/pets': { GET: withKey, POST: signed, PUT: open } }, 'dep002', 2);

describe('the difference of two deployments', () => {
  test('has the methods of one only, and those whose authorization or API key differs', () => {
    const { added, removed, changed } = differenceOf(before, after);
    expect(added.map(methodName)).toEqual(['PUT /pets']);
    expect(removed.map(methodName)).toEqual(['GET /old']);
    expect(changed).toMatchObject([
      {
        before: { resourcePath: '/pets', httpMethod: 'GET', apiKeyRequired: false },
        after: { resourcePath: '/pets', httpMethod: 'GET', apiKeyRequired: true },
      },
    ]);
  });

  test('turned around has the opposite', () => {
    const { added, removed, isOlder } = differenceOf(after, before);
    expect(added.map(methodName)).toEqual(['GET /old']);
    expect(removed.map(methodName)).toEqual(['PUT /pets']);
    expect(isOlder).toBe(true);
  });

  test('of a deployment with itself is none', () => {
    expect(differenceOf(before, before)).toEqual({ added: [], removed: [], changed: [], isOlder: false });
  });

  test('is none where ANY was declared verb by verb', () => {
    const verbs = Object.fromEntries(
      ['DELETE', 'GET', 'HEAD', 'OPTIONS', 'PATCH', 'POST', 'PUT'].map((verb) => [verb, open] as const),
    );
    const any = deploymentWith({ '/a': { ANY: open } });
    expect(differenceOf(any, deploymentWith({ '/a': verbs }))).toMatchObject({
      added: [],
      removed: [],
      changed: [],
    });
  });
});

test('a message names the first of many methods', () => {
  const methods = ['a', 'b', 'c', 'd', 'e', 'f', 'g'].map((name) => ({
    resourcePath: `/${name}`,
    httpMethod: 'GET',
  }));
  expect(methodNames(methods.slice(0, 2))).toBe('GET /a, GET /b');
  expect(methodNames(methods)).toBe('GET /a, GET /b, GET /c, GET /d, GET /e and 2 more');
});
