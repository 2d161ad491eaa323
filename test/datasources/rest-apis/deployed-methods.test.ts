import { describe, expect, test } from '@jest/globals';
import { deployedMethodsFromAws } from '../../../src/datasources/rest-apis/deployed-methods.ts';
import { deploymentWith, open, signed } from '../../support/deployments.ts';

const namesOf = (summary: Parameters<typeof deploymentWith>[0]): string[] =>
  deploymentWith(summary).methods.map(({ resourcePath, httpMethod }) => `${resourcePath} ${httpMethod}`);

describe('the methods of a deployment', () => {
  test('are sorted by path, then by method', () => {
    expect(
      namesOf({ '/pets/{petId}': { GET: open }, '/': { GET: open }, '/pets': { POST: open, GET: open } }),
    ).toEqual(['/ GET', '/pets GET', '/pets POST', '/pets/{petId} GET']);
  });

  test('are the seven verbs where one is declared as ANY', () => {
    const { methods } = deploymentWith({ '/{proxy+}': { ANY: signed } });
    expect(methods.map(({ httpMethod }) => httpMethod)).toEqual([
      'DELETE',
      'GET',
      'HEAD',
      'OPTIONS',
      'PATCH',
      'POST',
      'PUT',
    ]);
    for (const method of methods)
      expect(method).toMatchObject({ declaredAsAny: true, authorizationType: 'AWS_IAM' });
  });

  test('have a verb of its own instead of that of ANY', () => {
    const { methods } = deploymentWith({ '/pets': { ANY: signed, OPTIONS: open } });
    expect(methods).toHaveLength(7);
    expect(methods.filter(({ declaredAsAny }) => !declaredAsAny)).toEqual([
      {
        resourcePath: '/pets',
        httpMethod: 'OPTIONS',
        declaredAsAny: false,
        authorizationType: 'NONE',
        apiKeyRequired: false,
      },
    ]);
  });

  test('need no API key, and have no type of authorization, where AWS returns none', () => {
    expect(deploymentWith({ '/': { GET: {} } }).methods).toMatchObject([
      { authorizationType: null, apiKeyRequired: false },
    ]);
  });

  test('are none where the summary is empty or missing', () => {
    expect(deploymentWith({ '/': {} }).methods).toEqual([]);
    expect(deployedMethodsFromAws({ id: 'dep001' }).methods).toEqual([]);
  });

  test('are kept without the description, which can change', () => {
    const kept = deployedMethodsFromAws({ id: 'dep001', description: 'v1', createdDate: new Date(0) });
    expect(Object.keys(kept)).toEqual(['deploymentId', 'createdDate', 'methods']);
  });
});
