import type { EmbeddedStageApi } from '../../src/embedded/start.ts';
import { until } from './polling.ts';
import { type RedisServer, startRedis } from './redis.ts';
import { type Gateway, type GatewayOptions, startGateway } from './run.ts';
import { startStageApi } from './stage-api.ts';

/** Gateways that share one Redis, in front of one embedded Stage API. */
export interface Together {
  readonly redis: RedisServer;
  readonly stageApi: EmbeddedStageApi;
  readonly gateways: readonly Gateway[];
  gateway(index: number): Gateway;
  /** The log lines of all gateways. */
  readonly log: readonly Record<string, unknown>[];
  /** Waits until a line with this message was logged so often, and clears the log. */
  logged(message: RegExp, times?: number): Promise<void>;
  close(): Promise<void>;
}

export interface TogetherOptions extends GatewayOptions {
  readonly count?: number;
  /** Another Stage API than an embedded one. */
  readonly endpoint?: string;
  readonly redisArguments?: readonly string[];
}

export async function startTogether(options: TogetherOptions = {}): Promise<Together> {
  const { count = 3, redisArguments, endpoint, ...others } = options;
  const redis = await startRedis(redisArguments);
  const stageApi = await startStageApi();
  const log: Record<string, unknown>[] = [];
  const common = { ttlMs: 60_000, staleMs: 60_000, redisUrl: redis.url, ...others };
  const gateways = await Promise.all(
    Array.from({ length: count }, () =>
      startGateway(endpoint ?? stageApi.url, {
        ...common,
        log: (line) => void log.push(JSON.parse(line) as Record<string, unknown>),
      }),
    ),
  );
  return {
    redis,
    stageApi,
    gateways,
    log,
    gateway(index) {
      const gateway = gateways[index % count];
      if (gateway === undefined) throw new Error('no gateway');
      return gateway;
    },
    async logged(message, times = count) {
      await until(() => log.filter(({ msg }) => message.test(String(msg))).length >= times, 10);
      log.length = 0;
    },
    async close() {
      await Promise.all(gateways.map((gateway) => gateway.close()));
      await stageApi.close();
      await redis.close();
    },
  };
}

const PROD = '{ stage(restApiId: "petstore01", stageName: "prod") { description } }';
const DESCRIBE = `
  mutation ($description: String) {
    updateStage(input: { restApiId: "petstore01", stageName: "prod", description: $description }) {
      userErrors { code message retryable }
    }
  }`;

interface Prod {
  readonly stage: { readonly description: string | null } | null;
}

/** Reads the description of the stage `prod` from a gateway. Throws where that fails. */
export async function read(gateway: Gateway, headers = {}): Promise<string | null | undefined> {
  const { data, errors } = await gateway.graphql<Prod>(PROD, {}, headers);
  if (errors !== undefined) throw new Error(JSON.stringify(errors));
  return data.stage?.description;
}

interface Described {
  readonly updateStage: {
    readonly userErrors: readonly { readonly code: string; readonly message: string }[];
  } | null;
}

/** Sets the description of the stage `prod` by a gateway; gives the codes of its errors. */
export async function write(gateway: Gateway, description: string): Promise<readonly string[]> {
  const { data, errors } = await gateway.graphql<Described>(DESCRIBE, { description });
  if (errors !== undefined) throw new Error(JSON.stringify(errors));
  return (data.updateStage?.userErrors ?? []).map(({ code }) => code);
}
