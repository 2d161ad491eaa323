import { describe, expect, test } from '@jest/globals';
import { run } from '../../support/run.ts';

const SERVICE = '{ _service { sdl } }';
const SCHEMA = '{ __schema { queryType { name } } }';

describe('with introspection disabled', () => {
  test('the schema is available neither by introspection nor as the SDL of a subgraph', async () => {
    const gateway = await run({ introspection: false });
    for (const query of [SERVICE, SCHEMA]) {
      const { status, data, errors } = await gateway.graphql(query);
      expect({ status, data }).toEqual({ status: 400, data: undefined });
      expect(errors).toMatchObject([
        {
          message: 'Introspection is disabled. `npm run schema` prints the schema.',
          extensions: { code: 'GRAPHQL_VALIDATION_FAILED' },
        },
      ]);
    }
    await gateway.close();
  });

  test('a router with the secret gets the SDL', async () => {
    const gateway = await run({ introspection: false, routerSecrets: ['secret'] });
    const { data } = await gateway.graphql(SERVICE, {}, { 'router-authorization': 'secret' });
    expect(data).toEqual({ _service: { sdl: expect.stringContaining('type Stage') } });
    await gateway.close();
  });

  test('errors contain no suggestions', async () => {
    const gateway = await run({ introspection: false });
    const { errors } = await gateway.graphql('{ stagee(restApiId: "a") { id } }');
    expect(JSON.stringify(errors)).not.toContain('Did you mean');
    await gateway.close();
  });
});
