import { type GatewayProcess, openToAws, startProcess } from './gateway-process.ts';
import { type Gateway, graphqlAt } from './run.ts';
import type { StoredEntry } from './stored-entries.ts';

const CHANGE = `mutation ($input: UpdateStageInput!) {
  updateStage(input: $input) { warnings { code } userErrors { code } } }`;
const HISTORY = `query ($after: String) {
  stageHistory(first: 100, after: $after) {
    nodes { source outcome changes { path after } patchOperations { path value } }
    pageInfo { hasNextPage endCursor } } }`;

interface Entry {
  readonly source: string;
  readonly outcome: string;
  readonly changes: readonly { readonly path: readonly string[]; readonly after: string | null }[];
  readonly patchOperations: readonly { readonly path: string; readonly value: string | null }[];
}

interface HistoryPage {
  readonly hasNextPage: boolean;
  readonly endCursor: string | null;
}

interface History {
  readonly nodes: readonly Entry[];
  readonly pageInfo: HistoryPage;
}

/** What a gateway says of its database. */
export interface DatabaseReport {
  /** Of `/readyz`: its status, and what it calls degraded. */
  readonly ready: number;
  readonly degraded: readonly string[];
  readonly up: number;
  readonly outages: number;
  readonly queued: number;
}

/** A gateway that is a process of its own, and keeps its history in a database. */
export interface RememberingProcess extends GatewayProcess {
  readonly graphql: Gateway['graphql'];
  /** Sets the description of a stage; gives the codes of errors and warnings. */
  readonly change: (stageName: string, description: string, restApiId?: string) => Promise<readonly string[]>;
  /** The whole history by the API, newest first. */
  readonly history: () => Promise<readonly StoredEntry[]>;
  readonly database: () => Promise<DatabaseReport>;
}

const entryOf = ({ source, outcome, changes, patchOperations }: Entry): StoredEntry => {
  const sent = patchOperations.find(({ path }) => path === '/description');
  const seen = changes.find(({ path }) => path[0] === 'description');
  return { source, outcome, description: sent?.value ?? seen?.after ?? '' };
};

const metric = (text: string, name: string): number =>
  Number(new RegExp(`^stagegraph_${name} (\\S+)$`, 'm').exec(text)?.[1]);

/** Starts one in front of a Stage API. Nothing but the database slows it. */
export async function startRemembering(
  databaseUrl: string,
  endpoint: string,
  env: Record<string, string> = {},
): Promise<RememberingProcess> {
  const gateway = startProcess({
    ...openToAws,
    PORT: '0',
    HOST: '127.0.0.1',
    METRICS_PORT: '0',
    RATE_LIMIT: 'off',
    UPSTREAM_RATE: '1000',
    UPSTREAM_BURST: '1000',
    MAX_EVENT_LOOP_DELAY_SECONDS: '0',
    AWS_ENDPOINT_URL_API_GATEWAY: endpoint,
    DATABASE_URL: databaseUrl,
    ...env,
  });
  const [, metricsUrl = ''] = await gateway.said(/Metrics: (\S+)/);
  const [, url = ''] = await gateway.said(/GraphQL gateway: (\S+)/);
  const graphql = graphqlAt(url);
  return {
    ...gateway,
    graphql,
    async change(stageName, description, restApiId = 'petstore01') {
      const input = { restApiId, stageName, description };
      const { data, errors = [] } = await graphql<{
        updateStage: Record<'warnings' | 'userErrors', { code: string }[]> | null;
      }>(CHANGE, { input });
      const { userErrors = [], warnings = [] } = data.updateStage ?? {};
      const failures = errors.map(({ message }) => message);
      return [...failures, ...[...userErrors, ...warnings].map(({ code }) => code)];
    },
    async history() {
      const entries: StoredEntry[] = [];
      let page: HistoryPage | undefined;
      while (page?.hasNextPage !== false) {
        const after = page?.endCursor;
        const { data, errors } = await graphql<{ stageHistory: History }>(HISTORY, { after });
        if (errors !== undefined) throw new Error(JSON.stringify(errors));
        entries.push(...data.stageHistory.nodes.map(entryOf));
        page = data.stageHistory.pageInfo;
      }
      return entries;
    },
    async database() {
      const probe = await fetch(new URL('/readyz', url));
      const { degraded = [] } = (await probe.json()) as { degraded?: string[] };
      const text = await (await fetch(metricsUrl)).text();
      return {
        ready: probe.status,
        degraded,
        up: metric(text, 'database_up'),
        outages: metric(text, 'database_outages_total'),
        queued: metric(text, 'database_queue_length'),
      };
    },
  };
}
