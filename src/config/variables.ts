import { isIP } from 'node:net';
import { z } from 'zod';
import {
  type ExecutionCacheName,
  executionCacheNames,
  executionCachesNamed,
} from '../graphql/execution-caches.ts';
import { defaultLimits, type LimitName } from '../graphql/limits/limits.ts';
import { hostNameOf } from '../http/access/hosts.ts';

/** The documentation of a variable: `--help`, docs/configuration.md and .env.example are generated from it. */
export interface VariableManual {
  /** What it does, its unit, and what a wrong choice leads to; in Markdown, without a line break. */
  readonly meaning: string;
  /** The default in words, where it is not a fixed value. */
  readonly otherwise?: string;
  /** The value is never printed. */
  readonly secret?: true;
}

export const manual = z.registry<VariableManual>();

/** A number within bounds. The message states the rule; the documentation prints it as the allowed values. */
const number = (rule: string, check: (value: number) => boolean) =>
  z.string().transform(Number).refine(check, `must be ${rule}`);
const from = (least: number, most: number) => (value: number) => value >= least && value <= most;
const whole = (least: number, most: number) => (value: number) =>
  Number.isInteger(value) && from(least, most)(value);

const port = number('a whole number from 0 to 65535', whole(0, 65_535));
const seconds = number(
  'a number of seconds, more than 0 and at most 300',
  (value) => value > 0 && value <= 300,
);
const endpoint = z.url({ protocol: /^https?$/, error: 'must be a URL that begins with http:// or https://' });

const otlpProtocol = z.enum(['http/protobuf', 'http/json'], {
  error: 'must be http/protobuf or http/json',
});

/** The keys decide which tokens are valid, so they must not be replaceable on the way. */
const keysUrlRule = 'must be a URL that begins with https:// (http:// only on this machine)';
const keysUrl = z.url({ protocol: /^https?$/, error: keysUrlRule, abort: true }).refine((url) => {
  const { protocol, hostname } = new URL(url);
  return protocol === 'https:' || ['localhost', '127.0.0.1', '[::1]'].includes(hostname);
}, keysUrlRule);

const list = z
  .string()
  .transform((text) => text.split(',').map((part) => part.trim()))
  .transform((parts) => parts.filter((part) => part !== ''));

/** Asymmetric algorithms only: with a symmetric one, every verifier could sign tokens. */
const algorithms = ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512', 'ES256', 'ES384', 'ES512', 'EdDSA'];

/** An address, a CIDR range, or one of Fastify's names for a range. A bare number would be taken for an address. */
function isProxy(entry: string): boolean {
  if (['loopback', 'linklocal', 'uniquelocal'].includes(entry)) return true;
  const [address = '', prefix, ...rest] = entry.split('/');
  const longest = { 0: 0, 4: 32, 6: 128 }[isIP(address)] ?? 0;
  return rest.length === 0 && longest > 0 && (prefix === undefined || whole(1, longest)(Number(prefix)));
}

const proxies = z
  .string()
  .refine(
    (text) => text.split(',').every((entry) => isProxy(entry.trim())),
    'must be addresses, ranges such as 10.0.0.0/8, loopback, linklocal or uniquelocal, separated by commas',
  );

const limit = (name: LimitName, meaning: string) =>
  number('a whole number from 1 to 100000000', whole(1, 100_000_000))
    .prefault(String(defaultLimits[name]))
    .register(manual, { meaning });

/** Stage names; `*` matches any characters. */
const patterns = z
  .string()
  .regex(
    /^[\w*-]*(\s*,\s*[\w*-]*)*$/,
    'must be stage names, in which * matches any characters, separated by commas',
  )
  .transform((list) => list.split(',').map((pattern) => pattern.trim()))
  .transform((list) => list.filter((pattern) => pattern !== ''));

/** The origin of Apollo's hosted Sandbox. */
export const HOSTED_SANDBOX = 'https://studio.apollographql.com';

/** As browsers send it: scheme, host and port, without a trailing slash. */
const isOrigin = (text: string): boolean =>
  /^https?:/.test(text) && URL.canParse(text) && new URL(text).origin === text;

const origins = z
  .string()
  .transform((list) => (list.trim() === 'off' ? [] : list.split(',').map((origin) => origin.trim())))
  .refine((list) => list.every(isOrigin), {
    error: `must be origins such as ${HOSTED_SANDBOX} (no path, no slash at the end), separated by commas, or off`,
  });

/** A name, or `*.suffix` for every name below it; a port is ignored. */
const allowedHostOf = (entry: string): string | undefined =>
  entry.startsWith('*.') ? prefixed('*.', hostNameOf(entry.slice(2))) : hostNameOf(entry);
const prefixed = (prefix: string, name: string | undefined): string | undefined =>
  name === undefined ? undefined : prefix + name;

const hosts = list.transform((entries, context) =>
  entries.flatMap((entry) => {
    const host = allowedHostOf(entry);
    if (host !== undefined) return [host];
    const message = 'must be host names such as gateway.example.com or *.example.com, separated by commas';
    context.addIssue({ code: 'custom', message });
    return [];
  }),
);

const isExecutionCache = (name: string): name is ExecutionCacheName =>
  executionCacheNames.some((known) => known === name);

const executionCaches = z
  .string()
  .transform((text) => (text.trim() === 'off' ? [] : text.split(',').map((name) => name.trim())))
  .refine(
    (names): names is ExecutionCacheName[] => names.every(isExecutionCache),
    `must be off, or some of ${executionCacheNames.join(', ')}, separated by commas`,
  )
  .transform(executionCachesNamed);

/** One row per variable: its type, default and documentation, in the order of the documentation. */
export const variables = z.object({
  HOST: z
    .string()
    .default('localhost')
    .register(manual, {
      meaning:
        'Host name or IP address on which the gateway listens. Use `0.0.0.0` in a container. With `localhost` ' +
        'only this machine can connect; any other address exposes the gateway to that network, so configure ' +
        '`AUTH_JWKS_URL` or `ROUTER_SECRETS` first.',
    }),
  PORT: port.prefault('4000').register(manual, {
    meaning: 'Port of the GraphQL endpoint. `0`: any free port, printed at startup.',
  }),
  NODE_ENV: z
    .string()
    .default('development')
    .register(manual, {
      meaning:
        '`production` requires `STAGE_API`, disables introspection and the explorer page, allows no origin by ' +
        'CORS, and delays shutdown by 5 seconds; each can be set separately. Any other value: development ' +
        'defaults, which a public deployment should not use.',
    }),
  STAGE_API: z
    .enum(['embedded', 'aws'], { error: 'must be embedded or aws' })
    .optional()
    .register(manual, {
      otherwise: '`embedded`',
      meaning:
        'Which Stage API the gateway calls: `embedded` starts one in the same process, with sample data; `aws` ' +
        'calls Amazon API Gateway. Required in production. If it is not set but `AWS_ENDPOINT_URL_API_GATEWAY` ' +
        'or `AWS_ENDPOINT_URL` is, the default is `aws`.',
    }),
  AWS_ENDPOINT_URL_API_GATEWAY: endpoint.optional().register(manual, {
    otherwise: 'the AWS endpoint of the Region',
    meaning:
      'Endpoint that the AWS SDK uses for API Gateway, for example `http://127.0.0.1:4001` for an embedded ' +
      'Stage API that runs separately.',
  }),
  AWS_ENDPOINT_URL: endpoint.optional().register(manual, {
    otherwise: 'the AWS endpoint of the Region',
    meaning: 'The same, used if `AWS_ENDPOINT_URL_API_GATEWAY` is not set. Other AWS tools read it too.',
  }),
  EMBEDDED_PORT: port.prefault('4001').register(manual, {
    meaning: 'Port of the embedded Stage API, with `STAGE_API=embedded`. `0`: any free port.',
  }),
  EMBEDDED_DATA: z
    .string()
    .optional()
    .register(manual, {
      otherwise: 'none: state is in memory',
      meaning:
        'Path of a JSON file in which the embedded Stage API keeps its state. If the file does not exist, ' +
        'the first start uses the sample data. Without it, every start does.',
    }),
  AUTH: z
    .enum(['off'], { error: 'must be off, or not set' })
    .optional()
    .register(manual, {
      otherwise: 'not set',
      meaning:
        '`off` disables authentication: every client that can reach the gateway may do everything that the ' +
        "gateway's AWS credentials allow. `STAGE_API=aws` starts only with `AUTH_JWKS_URL` or with `AUTH=off`. " +
        'Cannot be combined with `AUTH_JWKS_URL`.',
    }),
  AUTH_JWKS_URL: keysUrl.optional().register(manual, {
    meaning:
      "URL of the token issuer's JSON Web Key Set, for example `https://id.example.com/.well-known/jwks.json`. " +
      'If set, every operation needs a bearer token ([security](security.md)), and `AUTH_ISSUER` and ' +
      '`AUTH_AUDIENCE` are required.',
  }),
  AUTH_ISSUER: z
    .string()
    .optional()
    .register(manual, {
      meaning:
        'Required value of the `iss` claim, compared exactly, trailing slash included; for example ' +
        '`https://id.example.com`. A wrong value rejects every token.',
    }),
  AUTH_AUDIENCE: list.optional().register(manual, {
    meaning:
      'Accepted values of the `aud` claim, separated by commas; a token needs one of them. For example ' +
      '`stagegraph`. A wrong value rejects every token; a value shared with other services accepts their ' +
      'tokens too.',
  }),
  AUTH_SCOPE_CLAIM: z
    .string()
    .default('scope')
    .register(manual, {
      meaning:
        'Name of the claim that holds the scopes, as a string separated by spaces or as a list of strings. With ' +
        'a wrong name, tokens carry no scopes and every operation is `FORBIDDEN`.',
    }),
  AUTH_ALGORITHMS: list
    .refine(
      (names) => names.length > 0 && names.every((name) => algorithms.includes(name)),
      `must be some of ${algorithms.join(', ')}, separated by commas`,
    )
    .prefault('RS256,PS256,ES256,EdDSA')
    .register(manual, {
      meaning: 'Accepted signature algorithms. A token signed with another algorithm is rejected.',
    }),
  AUTH_CLOCK_SKEW_SECONDS: number('a number of seconds from 0 to 300', from(0, 300))
    .prefault('30')
    .register(manual, {
      meaning:
        'Tolerance in seconds when `exp` and `nbf` of a token are compared with the clock. Too low rejects valid ' +
        'tokens if clocks differ; too high accepts expired ones.',
    }),
  ROUTER_SECRETS: list.optional().register(manual, {
    meaning:
      'Shared secrets of trusted routers, separated by commas. If set, a request must carry one of them in the ' +
      'header `router-authorization`; only `/healthz` and `/readyz` are answered without. Several are valid at ' +
      'once, for rotation. Generate them with `openssl rand -base64 48`.',
    secret: true,
  }),
  RATE_LIMIT: z
    .string()
    .refine(
      (text) => text === 'off' || whole(1, 1_000_000)(Number(text)),
      'must be off, or a whole number from 1 to 1000000',
    )
    .transform((text) => (text === 'off' ? undefined : Number(text)))
    .prefault('6000')
    .register(manual, {
      meaning:
        'Requests per minute and caller, counted by each process; more are refused with 429. `off`: unlimited. A ' +
        "caller is the token's subject; without a token the client that a router with a valid secret names; " +
        'otherwise the IP address.',
    }),
  TRUST_PROXY: proxies.optional().register(manual, {
    otherwise: 'none',
    meaning:
      "Proxies whose `X-Forwarded-For` header is trusted for the client's address; for example `10.0.0.0/8`. " +
      'Not set behind a proxy: all its clients count as one caller. Too wide: clients can forge their ' +
      'address.',
  }),
  PROTECTED_STAGES: patterns.default([]).register(manual, {
    otherwise: 'none',
    meaning:
      "Stages whose mutations must repeat the stage's name in `confirm`, unless the token has `stages:admin`; " +
      'for example `prod*,live`.',
  }),
  CACHE_TTL_SECONDS: number('a number of seconds from 0 to 3600', from(0, 3600))
    .prefault('5')
    .register(manual, {
      meaning:
        'Seconds for which a read from AWS is served from the cache. Longer saves calls, but changes made by ' +
        'other tools become visible later. `0` disables the cache: every read then costs a call to AWS.',
    }),
  STALE_SECONDS: number('a number of seconds from 0 to 86400', from(0, 86_400))
    .prefault('60')
    .register(manual, {
      meaning:
        "Seconds beyond `CACHE_TTL_SECONDS` for which a stale value is served while the gateway's budget is " +
        'exhausted or AWS cannot be reached. After that, reads wait or fail. How to choose it: [the ' +
        'budget](budget.md#choosing-the-numbers).',
    }),
  CACHE_HINTS: z
    .enum(['on', 'off'], { error: 'must be on or off' })
    .default('off')
    .register(manual, {
      meaning:
        '`on`: responses carry `Cache-Control: max-age`, so that routers and browsers may cache them; they then ' +
        'show old values for up to 5 seconds after a change ([caches](federation.md#caches)). `off`: ' +
        '`no-store`.',
    }),
  EXECUTION_CACHES: executionCaches.prefault(executionCacheNames.join(',')).register(manual, {
    meaning:
      'Caches that reduce the CPU time of repeated queries, separated by commas ' +
      '([performance](performance.md)): `plans` (compiled queries), `fragments` (serialized parts; needs ' +
      '`plans`), `responses` (whole responses). Results do not change. `off` disables all, for example to exclude ' +
      'them as the cause of a problem.',
  }),
  UPSTREAM_RATE: number(
    'more than 0 and at most 100000 calls a second',
    (value) => value > 0 && value <= 100_000,
  )
    .prefault('5')
    .register(manual, {
      meaning:
        "The gateway's share of the account's control-plane rate, in calls per second, of all processes that " +
        'share `REDIS_URL` together. AWS allows 10 per account. Too high starves other tools (Terraform, the ' +
        'console) and causes 429; too low makes clients wait ([the budget](budget.md)).',
    }),
  UPSTREAM_BURST: number('a whole number from 1 to 100000', whole(1, 100_000))
    .prefault('20')
    .register(manual, {
      meaning:
        'Number of calls that may be made at once, before `UPSTREAM_RATE` applies: the size of the token bucket. ' +
        'AWS allows 40 per account.',
    }),
  UPSTREAM_TIMEOUT_SECONDS: seconds.prefault('10').register(manual, {
    meaning:
      'Seconds for one attempt of a call to AWS, until the last byte of its response. Too short turns slow ' +
      'changes into `OUTCOME_UNKNOWN`. Not more than `UPSTREAM_DEADLINE_SECONDS`.',
  }),
  UPSTREAM_DEADLINE_SECONDS: seconds.prefault('25').register(manual, {
    meaning:
      'Seconds for everything that one request does at AWS, including retries and the wait for the rate ' +
      'limiter. Set it below the timeout of the clients and the router.',
  }),
  REDIS_URL: z
    .url({ protocol: /^rediss?$/, error: 'must be a URL that begins with redis:// or rediss://' })
    .optional()
    .register(manual, {
      otherwise: 'none: one process',
      meaning:
        'URL of a Redis through which several processes share cache, locks and budget ([many ' +
        'processes](many-processes.md)); for example `rediss://user:password@redis.internal:6380`. `rediss:` ' +
        'uses TLS. Without it, several processes together exceed `UPSTREAM_RATE`. Not allowed with ' +
        '`STAGE_API=embedded`.',
      secret: true,
    }),
  REDIS_PREFIX: z
    .string()
    .regex(/^[\w.-]{1,64}$/, 'must be 1 to 64 letters, digits, dots, hyphens and underscores')
    .default('stagegraph')
    .register(manual, {
      meaning:
        'Prefix of all keys in Redis; a colon follows it. Use a separate one for each environment and each IAM ' +
        'role, because processes with the same prefix share what they read.',
    }),
  REDIS_TIMEOUT_SECONDS: number(
    'a number of seconds, more than 0 and at most 10',
    (value) => value > 0 && value <= 10,
  )
    .prefault('0.25')
    .register(manual, {
      meaning:
        'Seconds for one Redis command. A slower Redis counts as unavailable, and the process continues with ' +
        'local state. Too short: a brief delay is treated as an outage. Too long: requests wait as long when ' +
        'Redis fails.',
    }),
  EXPLORER: z
    .enum(['sandbox', 'graphiql', 'off'], { error: 'must be sandbox, graphiql or off' })
    .optional()
    .register(manual, {
      otherwise: '`sandbox`; in production `off`',
      meaning:
        'Page that a browser gets at `/graphql`: `sandbox` is the Apollo Sandbox, whose frame is loaded from ' +
        'Apollo; `graphiql` is served from this package alone and works offline; `off` is none ' +
        '([explorer](explorer.md)). Both pages need `INTROSPECTION`.',
    }),
  CORS_ORIGINS: origins.optional().register(manual, {
    otherwise: `\`${HOSTED_SANDBOX}\`; in production \`off\``,
    meaning:
      'Origins whose pages may send operations from a browser (CORS); for example ' +
      '`https://stages.example.com`. List only origins that you trust.',
  }),
  ALLOWED_HOSTS: hosts.prefault('').register(manual, {
    otherwise: 'none',
    meaning:
      'Additional accepted values of the `Host` header; for example `gateway.internal,*.corp.example`. Ports ' +
      'are ignored. IP addresses, `localhost`, `*.localhost` and `HOST` are always accepted; other hosts are ' +
      'refused with 421. The GraphQL port checks it if neither `AUTH_JWKS_URL` nor `ROUTER_SECRETS` is set; ' +
      'the metrics port and the embedded Stage API check it while they listen on a loopback address ' +
      '([security](security.md)).',
  }),
  MAX_REQUESTS_IN_FLIGHT: number('a whole number from 0 to 1000000', whole(0, 1_000_000))
    .prefault('1000')
    .register(manual, {
      meaning:
        'Requests that are processed at the same time; more are refused with 503 and `Retry-After`. One caller, ' +
        'defined as for `RATE_LIMIT`, may use a quarter of them; more are refused with 429. `0`: no limit.',
    }),
  MAX_EVENT_LOOP_DELAY_SECONDS: number('a number of seconds from 0 to 60', from(0, 60))
    .prefault('1')
    .register(manual, {
      meaning:
        'Mean event loop delay in seconds above which requests are refused with 503. Too low refuses requests ' +
        'during short peaks; too high accepts requests that will time out. `0`: no limit.',
    }),
  CLIENT_TIMEOUT_SECONDS: seconds.prefault('10').register(manual, {
    meaning:
      'Seconds that a client may take to send a request body or to read a response, plus one second for each ' +
      '64 KiB. A late body is refused with 408; a connection on which nothing is read for twice that time is ' +
      'closed. Too short cuts off slow networks.',
  }),
  SHUTDOWN_DELAY_SECONDS: number('a number of seconds from 0 to 300', from(0, 300))
    .optional()
    .register(manual, {
      otherwise: '`5` in production, else `0`',
      meaning:
        'Seconds between SIGTERM, when `/readyz` starts to answer 503, and the end of listening. It must be ' +
        'longer than the load balancer needs to notice (period × threshold of its probe); otherwise requests are ' +
        'lost during a deployment.',
    }),
  SHUTDOWN_TIMEOUT_SECONDS: seconds.prefault('40').register(manual, {
    meaning:
      'Seconds after which a shutdown that has not finished ends the process with exit code 1. Must be more ' +
      "than `SHUTDOWN_DELAY_SECONDS` and `UPSTREAM_DEADLINE_SECONDS` together. The orchestrator's grace period " +
      'must be longer.',
  }),
  METRICS_PORT: port.optional().register(manual, {
    otherwise: 'no metrics',
    meaning:
      'Separate port on `HOST` that serves Prometheus metrics at `/metrics`; for example `9464` ' +
      '([operations](operations.md#metrics)). It has no authentication: do not expose it publicly.',
  }),
  OTEL_EXPORTER_OTLP_ENDPOINT: endpoint.optional().register(manual, {
    otherwise: 'no traces',
    meaning:
      'Base URL of the OTLP receiver for traces, for example `http://collector:4318`; `/v1/traces` is ' +
      "appended. OpenTelemetry's other variables for OTLP, sampling, batches and resources apply too.",
  }),
  OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: endpoint.optional().register(manual, {
    otherwise: 'no traces',
    meaning:
      'Complete URL for traces, used as it is; for example `http://collector:4318/v1/traces`. It takes ' +
      'precedence over `OTEL_EXPORTER_OTLP_ENDPOINT`.',
  }),
  OTEL_TRACES_EXPORTER: z
    .enum(['otlp', 'console', 'none'], { error: 'must be otlp, console or none' })
    .optional()
    .register(manual, {
      otherwise: '`otlp` if an endpoint is set',
      meaning:
        'Where traces go: `otlp` (the endpoint above; `http://localhost:4318` if none is set), `console` ' +
        '(standard output) or `none`.',
    }),
  OTEL_EXPORTER_OTLP_PROTOCOL: otlpProtocol.default('http/protobuf').register(manual, {
    meaning:
      'Encoding of OTLP over HTTP. gRPC is not supported; its port is usually 4317, that of HTTP 4318.',
  }),
  OTEL_EXPORTER_OTLP_TRACES_PROTOCOL: otlpProtocol.optional().register(manual, {
    otherwise: '`OTEL_EXPORTER_OTLP_PROTOCOL`',
    meaning: 'The same, for traces only.',
  }),
  OTEL_SDK_DISABLED: z
    .string()
    .transform((value) => value.toLowerCase() === 'true')
    .prefault('false')
    .register(manual, {
      meaning: '`true` disables traces, whatever the other variables say. Any other value has no effect.',
    }),
  LOG_FORMAT: z
    .enum(['json', 'pretty'], { error: 'must be json or pretty' })
    .optional()
    .register(manual, {
      otherwise: '`pretty` in a terminal, else `json`',
      meaning:
        'Format of the log on standard output: `json` (one object per line) or `pretty` (for reading in a ' +
        'terminal).',
    }),
  INTROSPECTION: z
    .enum(['on', 'off'], { error: 'must be on or off' })
    .optional()
    .register(manual, {
      otherwise: '`on`; in production `off`',
      meaning:
        '`on`: clients may query the schema, and error messages suggest names from it. `off`: neither; tools ' +
        'that load the schema from the endpoint (Sandbox, GraphiQL, code generators) do not work.',
    }),
  LIMIT_BODY_BYTES: limit(
    'bodyBytes',
    'Maximum size of a request body, in bytes. A larger body is refused with status 413. It must fit the ' +
      'largest operation with its variables.',
  ),
  LIMIT_TOKENS: limit(
    'tokens',
    'Maximum number of tokens (names, punctuation, values) in a GraphQL document. A larger document is ' +
      'refused while it is parsed.',
  ),
  LIMIT_ALIASES: limit(
    'aliases',
    'Maximum number of aliases in an operation; those in a fragment count wherever it is used. Bounds ' +
      'operations that request one field many times.',
  ),
  LIMIT_ROOT_FIELDS: limit(
    'rootFields',
    'Maximum number of root fields in an operation. Each can cost a call to AWS.',
  ),
  LIMIT_MUTATIONS: limit(
    'mutations',
    'Maximum number of mutations in an operation. They run one after the other within ' +
      '`UPSTREAM_DEADLINE_SECONDS`.',
  ),
  LIMIT_DEPTH: limit(
    'depth',
    'Maximum depth of nested fields. A lower value refuses deep queries, such as the stages of a ' +
      'deployment of a stage.',
  ),
  LIMIT_SELECTIONS: limit(
    'selections',
    'Maximum number of fields and fragments in one selection set, between one pair of braces.',
  ),
  LIMIT_DIRECTIVES: limit(
    'directives',
    'Maximum number of directives in an operation, `@include` and `@skip` included.',
  ),
  LIMIT_FRAGMENTS: limit('fragments', 'Maximum number of named fragments in a document.'),
  LIMIT_LIST_SIZE: limit(
    'listSize',
    'Maximum number of entries in a list in the variables, such as `patchOperations`.',
  ),
  LIMIT_VARIABLE_DEPTH: limit('variableDepth', 'Maximum depth of nested lists and objects in the variables.'),
  LIMIT_REPRESENTATIONS: limit(
    'representations',
    'Maximum number of items in `_entities(representations:)`. It should be at least the batch size of ' +
      'the router.',
  ),
  LIMIT_ANSWER_FIELDS: limit(
    'answerFields',
    'Maximum number of fields in a response, estimated before execution: a list counts as `first` or the ' +
      'number of representations, any other list as 10.',
  ),
  LIMIT_UPSTREAM_CALLS: limit(
    'upstreamCalls',
    'Maximum number of calls to AWS for one operation. It is refused before these calls are made; what ' +
      'the cache can answer does not count. A higher value lets one operation use more of the budget.',
  ),
  AUDIT_LOG: z
    .string()
    .optional()
    .register(manual, {
      otherwise: 'standard output',
      meaning:
        'Path of a file to which one JSON line is appended for every mutation ' +
        '([security](security.md#what-was-done)), regardless of `LOG_LEVEL`. While the file cannot be written, ' +
        'mutations are refused with `AUDIT_UNAVAILABLE`.',
    }),
  LOG_LEVEL: z
    .enum(['debug', 'info', 'warn', 'error', 'silent'], {
      error: 'must be debug, info, warn, error or silent',
    })
    .default('info')
    .register(manual, {
      meaning:
        'Lowest level that is logged. `debug` adds probes; `silent` logs nothing. The audit log is not ' +
        'affected.',
    }),
});

export type Variables = z.infer<typeof variables>;

/** Variables that libraries read from the same environment. */
export const readByOthers: Readonly<Record<string, VariableManual>> = {
  OTEL_SERVICE_NAME: {
    otherwise: '`stagegraph`',
    meaning: 'Name of the service in traces.',
  },
  OTEL_TRACES_SAMPLER: {
    otherwise: '`parentbased_always_on`',
    meaning:
      'OpenTelemetry sampler that decides which traces are recorded, for example `parentbased_traceidratio` ' +
      'with `OTEL_TRACES_SAMPLER_ARG=0.1` for a tenth.',
  },
  AWS_REGION: {
    otherwise: "the profile's Region",
    meaning:
      'AWS Region whose API Gateway is called, for example `eu-central-1`. The AWS SDK reads it, as it reads ' +
      'all its other variables (`AWS_PROFILE`, credentials, roles). Without a Region, calls to AWS fail.',
  },
};
