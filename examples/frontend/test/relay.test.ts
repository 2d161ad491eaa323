import { getFragment, getSelector } from 'relay-runtime';
import { expect, test } from 'vitest';
import { createRelay, deploymentsOfApi, nextDeployments } from '../src/relay.ts';
import { url, watchedFetch } from './gateway.ts';

/** The opaque id of the API petstore01, as an embedded Stage API has it. */
const petstore = 'UmVzdEFwaTphd3M6MDAwMDAwMDAwMDAwOnVzLWVhc3QtMTpwZXRzdG9yZTAx';

test('@refetchable works on RestApi, and pages of its deployments are joined', async () => {
  const network = watchedFetch();
  const environment = createRelay(url, network.fetch);
  const shown = (data: unknown): { ids: string[]; pageInfo: { endCursor: string; hasNextPage: boolean } } => {
    const { node } = data as { node: unknown };
    const selector = getSelector(getFragment(deploymentsOfApi), node);
    if (selector.kind !== 'SingularReaderSelector') throw new Error('no API');
    const { deployments } = environment.lookup(selector).data as {
      deployments: {
        edges: { node: { deploymentId: string } }[];
        pageInfo: { endCursor: string; hasNextPage: boolean };
      };
    };
    const ids = deployments.edges.map((edge) => edge.node.deploymentId);
    return { ids, pageInfo: deployments.pageInfo };
  };

  const first = shown(await nextDeployments(environment, petstore, null));
  expect(first).toMatchObject({ ids: ['dep003', 'dep002'], pageInfo: { hasNextPage: true } });
  const second = shown(await nextDeployments(environment, petstore, first.pageInfo.endCursor));
  expect(second).toMatchObject({ ids: ['dep003', 'dep002', 'dep001'], pageInfo: { hasNextPage: false } });
  expect(network.requests()).toBe(2);
});
