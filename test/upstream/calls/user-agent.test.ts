import { beforeAll, describe, expect, test } from '@jest/globals';
import { answer, type ScriptedUpstream, startScriptedUpstream } from '../../support/faults.ts';
import { bearer, type Issuer, startIssuer } from '../../support/issuer.ts';
import { startGateway } from '../../support/run.ts';

const LIST = 'GET /restapis/petstore01/stages';
const QUERY = '{ stages(restApiId: "petstore01") { stageName } }';

describe('the user agent of calls to AWS, which CloudTrail shows', () => {
  let issuer: Issuer;
  beforeAll(async () => {
    issuer = await startIssuer();
  });

  /** The user agent of a read with these headers. */
  async function agentFor(headers: Record<string, string>, auth = true): Promise<string | undefined> {
    let agent: string | undefined;
    const upstream: ScriptedUpstream = await startScriptedUpstream([
      {
        call: LIST,
        act(response, request) {
          agent = request.headers['user-agent'];
          answer(200, { item: [] })(response, request);
        },
      },
    ]);
    const gateway = await startGateway(upstream.url, auth ? { auth: issuer.options } : {});
    await gateway.graphql(QUERY, {}, headers);
    await gateway.close();
    await upstream.close();
    return agent;
  }

  test('names the gateway, and the subject of the token', async () => {
    const token = await issuer.token('stages:read', { sub: 'ada@example.com' });
    expect(await agentFor(bearer(token))).toMatch(
      /^aws-sdk-js\/.* stagegraph target\/000000000000:us-east-1 subject\/ada@example\.com$/,
    );
  });

  test.each([
    ['auth0|5f7c8e', 'auth0|5f7c8e'],
    ['Ada Lovelace\r\nx-evil: 1', 'Ada_Lovelace__x-evil:_1'],
    ['Žofie \ud800 🙂', '_ofie_____'],
    ['x'.repeat(1000), 'x'.repeat(100)],
  ])('contains only characters that a header may have: %j', async (sub, name) => {
    const agent = await agentFor(bearer(await issuer.token('stages:read', { sub })));
    expect(agent?.split(' subject/')[1]).toBe(name);
  });

  test('names the client where there is no authentication, and otherwise only the gateway and the target', async () => {
    expect(await agentFor({ 'apollographql-client-name': 'console' }, false)).toMatch(
      / stagegraph target\/000000000000:us-east-1 client\/console$/,
    );
    expect(await agentFor({}, false)).toMatch(/ stagegraph target\/000000000000:us-east-1$/);
  });
});
