import { RemoteGraphQLDataSource } from '@apollo/gateway';
import { GraphQLDataSourceRequestKind } from '@apollo/gateway/dist/datasources/types.js';
import { expect, test } from '@jest/globals';
import { noGatewayObserver } from '../../src/observability/observer.ts';
import { run } from '../support/run.ts';

const QUERY = 'query Stage { stage(restApiId: "petstore01", stageName: "prod") { stageName } }';

test("Apollo's gateway with `apq: true` sends the text once, and its hash from then on", async () => {
  const operated: (readonly string[])[] = [];
  const gateway = await run({
    observer: { ...noGatewayObserver, operated: ({ codes }) => operated.push(codes) },
  });
  const source = new RemoteGraphQLDataSource({ url: gateway.url, apq: true });
  for (let time = 0; time < 2; time++) {
    const request = { query: QUERY };
    const kind = GraphQLDataSourceRequestKind.HEALTH_CHECK;
    expect(await source.process({ kind, request, context: {} })).toMatchObject({
      data: { stage: { stageName: 'prod' } },
    });
  }
  expect(operated).toEqual([['PERSISTED_QUERY_NOT_FOUND'], [], []]);
});
