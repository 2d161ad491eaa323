import { describe, expect, test } from '@jest/globals';
import { run, type Running } from '../support/run.ts';

let gateway: Running;

const SECRET = 'a-secret-of-the-routers';
const asRouter = { 'router-authorization': SECRET };
const asking = { 'apollo-federation-include-trace': 'ftv1' };

/** The trace in a response, as text; undefined without one. */
async function traceOf(query: string, headers: Record<string, string>): Promise<string | undefined> {
  const response = await fetch(gateway.url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify({ query }),
  });
  const { extensions } = (await response.json()) as { extensions?: { ftv1?: string } };
  return extensions?.ftv1 === undefined ? undefined : Buffer.from(extensions.ftv1, 'base64').toString();
}

const query = '{ stage(restApiId: "petstore01", stageName: "prod") { deployment { description } } }';

describe('a trace', () => {
  test('is given to a router that shows its secret and asks for one', async () => {
    gateway = await run({ routerSecrets: [SECRET] });
    // However often the operation came before, and was prepared for coming again.
    for (const headers of [asRouter, asRouter, asRouter])
      expect(await traceOf(query, headers)).toBeUndefined();
    const trace = await traceOf(query, { ...asRouter, ...asking });
    expect(trace).toContain('deployment');
    expect(trace).toContain('RestApiDeployment');
    expect(await traceOf(query, asRouter)).toBeUndefined();
  });

  test('says where there was an error, and not what', async () => {
    gateway = await run({ routerSecrets: [SECRET] });
    const trace = await traceOf('{ stages(restApiId: "nosuchapi0") { stageName } }', {
      ...asRouter,
      ...asking,
    });
    expect(trace).toContain('<masked>');
    expect(trace).not.toMatch(/no such|nosuchapi0|NOT_FOUND|GetStages/);
  });

  test('is not sent where no router secret is configured', async () => {
    gateway = await run();
    expect(await traceOf(query, { ...asRouter, ...asking })).toBeUndefined();
  });

  test('is not sent to a client with another secret', async () => {
    gateway = await run({ routerSecrets: [SECRET] });
    expect(await traceOf(query, { 'router-authorization': 'guessed', ...asking })).toBeUndefined();
  });
});
