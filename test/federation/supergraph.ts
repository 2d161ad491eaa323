import { type Catalogue, sampleCatalogue, startCatalogue } from '../../examples/supergraph/catalogue.ts';
import { startSupergraph, type SupergraphOptions } from '../../examples/supergraph/supergraph.ts';
import { closeAfterwards } from '../support/closing.ts';
import { type GatewayOptions, graphqlAt, run, type Running } from '../support/run.ts';

export interface RunningSupergraph extends Pick<Running, 'graphql' | 'url'> {
  /** Our gateway, behind the supergraph. */
  readonly stagegraph: Running;
  readonly catalogue: Awaited<ReturnType<typeof startCatalogue>>;
  close(): Promise<void>;
}

type RunOptions = Parameters<typeof run>[0];

/** Our gateway, the service catalogue, and `@apollo/gateway` before them, all over HTTP. */
export async function runSupergraph(
  options: RunOptions &
    GatewayOptions & { catalogue?: Catalogue } & Pick<
      SupergraphOptions,
      'routerSecret' | 'introspectionHeaders'
    > = {},
): Promise<RunningSupergraph> {
  const stagegraph = await run(options);
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
