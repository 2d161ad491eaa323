import { type Catalogue, sampleCatalogue, startCatalogue } from '../../examples/supergraph/catalogue.ts';
import { startSupergraph, type SupergraphOptions } from '../../examples/supergraph/supergraph.ts';
import { sampleData } from '../../src/embedded/state/sample-data.ts';
import { closeAfterwards } from '../support/closing.ts';
import { DEV, PROD, startFleet, target } from '../support/fleet.ts';
import { type GatewayOptions, graphqlAt, type run, type Running } from '../support/run.ts';
import { startStageApi } from '../support/stage-api.ts';

export interface RunningSupergraph extends Pick<Running, 'graphql' | 'url'> {
  /** Our gateway, behind the supergraph. */
  readonly stagegraph: Running;
  readonly catalogue: Awaited<ReturnType<typeof startCatalogue>>;
  close(): Promise<void>;
}

type RunOptions = NonNullable<Parameters<typeof run>[0]>;

/** Our gateway with the two targets of the example; `stageApi` is that of the first one. */
async function runStagegraph(options: RunOptions & GatewayOptions): Promise<Running> {
  const stageApi = await startStageApi(options.stageApi);
  const other = await startStageApi();
  const gateway = await startFleet(
    {
      quota: 'account',
      targets: [
        target({ account: PROD, region: 'us-east-1', home: true, endpoint: stageApi.url }),
        target({ account: DEV, region: 'eu-central-1', endpoint: other.url }),
      ],
    },
    options,
  );
  return {
    ...gateway,
    stageApi,
    reset: () => stageApi.load(options.stageApi?.state ?? sampleData),
    async close() {
      await gateway.close();
      await Promise.all([stageApi.close(), other.close()]);
    },
  };
}

/** Our gateway, the service catalogue, and `@apollo/gateway` before them, all over HTTP. */
export async function runSupergraph(
  options: RunOptions &
    GatewayOptions & { catalogue?: Catalogue } & Pick<
      SupergraphOptions,
      'routerSecret' | 'introspectionHeaders'
    > = {},
): Promise<RunningSupergraph> {
  const stagegraph = await runStagegraph(options);
  const catalogue = await startCatalogue(options.catalogue ?? sampleCatalogue);
  const supergraph = await startSupergraph({
    subgraphs: [
      { name: 'stagegraph', url: stagegraph.url },
      { name: 'catalogue', url: catalogue.url },
    ],
    routerSecret: options.routerSecret,
    introspectionHeaders: options.introspectionHeaders,
  });
  stagegraph.stageApi.resetCalls();
  return {
    url: supergraph.url,
    stagegraph,
    catalogue,
    graphql: graphqlAt(supergraph.url),
    close: closeAfterwards(async () => {
      await supergraph.close();
      await catalogue.close();
      await stagegraph.close();
    }),
  };
}
