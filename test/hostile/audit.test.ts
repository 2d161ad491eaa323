import { beforeAll, describe, expect, test } from '@jest/globals';
import { serverAudits } from 'graphql-http';
import { run, type Running } from '../support/run.ts';

let gateway: Running;
beforeAll(async () => {
  // The audit uses introspection.
  gateway = await run({ introspection: true });
});

/** The results that are not "ok", and the reasons for them. */
const known = {
  // CSRF prevention refuses a GET request without a preflight, unless it has the header for it.
  'MAY accept application/x-www-form-urlencoded formatted GET requests': 'notice',
  'MAY allow URL-encoded JSON string {variables} parameter in GETs when accepting application/graphql-response+json':
    'notice',
  'MAY allow URL-encoded JSON string {variables} parameter in GETs when accepting application/json': 'notice',
  // Status 400 for an operation that was not executed, whatever media type the client accepts.
  'SHOULD use 200 status code on document parsing failure when accepting application/json': 'warn',
  'SHOULD use 200 status code on document validation failure when accepting application/json': 'warn',
  'SHOULD use a status code of 200 on variable coercion failure when accepting application/json': 'warn',
};

describe("graphql-http's audit of servers", () => {
  const audits = serverAudits({ url: () => gateway.url });

  test('has many checks', () => {
    expect(audits.length).toBeGreaterThan(60);
  });

  test('finds no error, three warnings of status 400, and three notices of CSRF prevention', async () => {
    const found: Record<string, string> = {};
    for (const audit of audits) {
      const { name, status } = await audit.fn();
      if (status !== 'ok') found[name] = status;
    }
    expect(found).toEqual(known);
  });

  test('its three GET requests succeed with the header for CSRF prevention', async () => {
    const query = 'query=query($a:Boolean!){__typename@include(if:$a)}&variables={"a":true}';
    const response = await fetch(`${gateway.url}?${query}`, { headers: { 'apollo-require-preflight': '1' } });
    expect(response.status).toBe(200);
    expect(await response.json()).toEqual({ data: { __typename: 'Query' } });
  });
});
