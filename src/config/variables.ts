import { isIP } from 'node:net';
import { z } from 'zod';
import { type ShortcutName, shortcutNames, shortcutsNamed } from '../graphql/execution-caches.ts';
import { counted, defaultLimits, type LimitName } from '../graphql/limits/limits.ts';
import { hostNameOf } from '../http/access/hosts.ts';

/** The description of a variable, for `--help`, docs/configuration.md and .env.example. */
export interface VariableManual {
  /** One or two sentences in Markdown. */
  readonly meaning: string;
  /** The default in words, where it is not a single value. */
  readonly otherwise?: string;
  /** The value is never printed. */
  readonly secret?: true;
}

export const manual = z.registry<VariableManual>();

/** A number within bounds. The error message is always the rule. */
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

/** HTTPS, because a replaced key set would let anyone sign tokens. */
const keysUrl = endpoint.refine((url) => {
  const { protocol, hostname } = new URL(url);
  return protocol === 'https:' || ['localhost', '127.0.0.1', '[::1]'].includes(hostname);
}, 'must be a URL that begins with https:// (http:// only on this machine)');

const list = z
  .string()
  .transform((text) => text.split(',').map((part) => part.trim()))
  .transform((parts) => parts.filter((part) => part !== ''));

/** Asymmetric algorithms only: with a symmetric one, every verifier could sign tokens. */
const algorithms = ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512', 'ES256', 'ES384', 'ES512', 'EdDSA'];

/** An address, a range, or one of Fastify's names for ranges. A bare number would be taken for an address. */
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

const limit = (name: LimitName) =>
  number('a whole number from 1 to 100000000', whole(1, 100_000_000))
    .prefault(String(defaultLimits[name]))
    .register(manual, { meaning: `At most so many ${counted[name]}.` });

/** Patterns such as `prod*`: `*` matches any characters. */
const patterns = z
  .string()
  .regex(/^[\w*-]*(\s*,\s*[\w*-]*)*$/, 'must be names of stages with * for anything, separated by commas')
  .transform((list) => list.split(',').map((pattern) => pattern.trim()))
  .transform((list) => list.filter((pattern) => pattern !== ''));

/** The origin of Apollo's hosted Sandbox. */
export const HOSTED_SANDBOX = 'https://studio.apollographql.com';

/** An origin as browsers send it: scheme, host and port, without a slash at the end. */
const isOrigin = (text: string): boolean =>
  /^https?:/.test(text) && URL.canParse(text) && new URL(text).origin === text;

const origins = z
  .string()
  .transform((list) => (list.trim() === 'off' ? [] : list.split(',').map((origin) => origin.trim())))
  .refine((list) => list.every(isOrigin), {
    error: `must be origins such as ${HOSTED_SANDBOX} (no path, no slash at the end), separated by commas, or off`,
  });

/** A host name, or `*.suffix` for every subdomain; a port is ignored. */
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

const isShortcut = (name: string): name is ShortcutName => shortcutNames.some((known) => known === name);

const shortcuts = z
  .string()
  .transform((text) => (text.trim() === 'off' ? [] : text.split(',').map((name) => name.trim())))
  .refine(
    (names): names is ShortcutName[] => names.every(isShortcut),
    `must be off, or some of ${shortcutNames.join(', ')}, separated by commas`,
  )
  .transform(shortcutsNamed);

/** One row for each variable: format, default and description, in the order of the documentation. */
export const variables = z.object({
  HOST: z.string().default('localhost').register(manual, {
    meaning: 'Where the gateway listens: a name or address of this machine; `0.0.0.0` in a container.',
  }),
  PORT: port.prefault('4000').register(manual, { meaning: 'The port of GraphQL; 0 for any free one.' }),
  NODE_ENV: z.string().default('development').register(manual, {
    meaning: '`production`: nothing is guessed, introspection and the explorer are off.',
  }),
  STAGE_API: z
    .enum(['embedded', 'aws'], { error: 'must be embedded or aws' })
    .optional()
    .register(manual, {
      otherwise: '`embedded`',
      meaning:
        'The Stage API that is asked: `embedded`, with sample data, or `aws`. In production it must be said; ' +
        'unsaid, with one of the next two set, it is `aws`.',
    }),
  AWS_ENDPOINT_URL_API_GATEWAY: endpoint.optional().register(manual, {
    otherwise: "AWS's own",
    meaning: 'Another endpoint for the AWS SDK.',
  }),
  AWS_ENDPOINT_URL: endpoint.optional().register(manual, {
    otherwise: "AWS's own",
    meaning: 'The same, where the one above is not set.',
  }),
  EMBEDDED_PORT: port.prefault('4001').register(manual, { meaning: 'The port of the embedded Stage API.' }),
  EMBEDDED_DATA: z.string().optional().register(manual, {
    otherwise: 'in memory',
    meaning: 'A JSON file that the embedded Stage API starts from and keeps its state in.',
  }),
  AUTH: z.enum(['off'], { error: 'must be off or unset' }).optional().register(manual, {
    otherwise: 'on',
    meaning: '`off`: everyone may do everything. Needed to start with `aws` and without `AUTH_JWKS_URL`.',
  }),
  AUTH_JWKS_URL: keysUrl.optional().register(manual, {
    meaning:
      'Where the issuer of bearer tokens publishes its keys. Set, every operation needs a token ' +
      '([security](security.md)); the next two are needed beside it.',
  }),
  AUTH_ISSUER: z.string().optional().register(manual, { meaning: "The tokens' `iss`." }),
  AUTH_AUDIENCE: list.optional().register(manual, {
    meaning: "The tokens' `aud`: who they are meant for. Several, comma-separated: any one of them.",
  }),
  AUTH_SCOPE_CLAIM: z.string().default('scope').register(manual, {
    meaning: 'The claim with the scopes: a text with spaces between them, or a list.',
  }),
  AUTH_ALGORITHMS: list
    .refine(
      (names) => names.length > 0 && names.every((name) => algorithms.includes(name)),
      `must be some of ${algorithms.join(', ')}, separated by commas`,
    )
    .prefault('RS256,PS256,ES256,EdDSA')
    .register(manual, { meaning: 'The signature algorithms that are accepted, whatever a token says.' }),
  AUTH_CLOCK_SKEW_SECONDS: number('a number of seconds from 0 to 300', from(0, 300))
    .prefault('30')
    .register(manual, { meaning: "How far the issuer's clock may be from ours." }),
  ROUTER_SECRETS: list.optional().register(manual, {
    secret: true,
    meaning:
      'Comma-separated; with any one of them in the header `router-authorization` a request is let in, and without ' +
      'only health is answered.',
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
        "Requests a minute: by the token's subject, else by the client that a router with a secret names, else by " +
        'address; `off` for any number.',
    }),
  TRUST_PROXY: proxies.optional().register(manual, {
    otherwise: 'nobody',
    meaning:
      'Proxies whose word on the address of a client is believed: addresses, ranges, or `loopback`, ' +
      '`linklocal`, `uniquelocal`, comma-separated.',
  }),
  PROTECTED_STAGES: patterns.default([]).register(manual, {
    otherwise: 'none',
    meaning: 'Stages such as `prod*`, comma-separated, that change only with `confirm`.',
  }),
  CACHE_TTL_SECONDS: number('a number of seconds from 0 to 3600', from(0, 3600))
    .prefault('5')
    .register(manual, { meaning: 'How old a read may be; 0: nothing is stored.' }),
  STALE_SECONDS: number('a number of seconds from 0 to 86400', from(0, 86_400))
    .prefault('60')
    .register(manual, { meaning: 'How much older while the budget is spent, or AWS cannot be reached.' }),
  CACHE_HINTS: z
    .enum(['on', 'off'], { error: 'must be on or off' })
    .default('off')
    .register(manual, {
      meaning:
        '`on`: caches between here and the client are told how long they may keep an answer, and show the past for so ' +
        'long after a change ([caches](federation.md#caches)). `off`: nothing is kept.',
    }),
  SHORTCUTS: shortcuts.prefault(shortcutNames.join(',')).register(manual, {
    meaning:
      'Ways to the same answer for less CPU ([performance](performance.md)); the later ones rest on the first. `off`: none, ' +
      'to see whether one of them is to blame for something.',
  }),
  UPSTREAM_RATE: number(
    'more than 0 and at most 100000 calls a second',
    (value) => value > 0 && value <= 100_000,
  )
    .prefault('5')
    .register(manual, {
      meaning:
        "The gateway's share of the account's request rate, in calls per second ([the budget](budget.md)).",
    }),
  UPSTREAM_BURST: number('a whole number from 1 to 100000', whole(1, 100_000))
    .prefault('20')
    .register(manual, { meaning: 'How many of them at once.' }),
  UPSTREAM_TIMEOUT_SECONDS: seconds
    .prefault('10')
    .register(manual, { meaning: "For one attempt at a call to AWS, its answer's last byte included." }),
  UPSTREAM_DEADLINE_SECONDS: seconds
    .prefault('25')
    .register(manual, { meaning: 'For all that one request does there, waits included.' }),
  REDIS_URL: z
    .url({ protocol: /^rediss?$/, error: 'must be a URL that begins with redis:// or rediss://' })
    .optional()
    .register(manual, {
      otherwise: 'none: one process',
      meaning:
        'A Redis through which several processes share store and budget ([many processes](many-processes.md)); ' +
        '`rediss:` for TLS, user and password as in any URL.',
      secret: true,
    }),
  REDIS_PREFIX: z
    .string()
    .regex(/^[\w.-]{1,64}$/, 'must be 1 to 64 letters, digits, dots, hyphens and underscores')
    .default('stagegraph')
    .register(manual, { meaning: 'What all keys in Redis begin with, and a colon.' }),
  REDIS_TIMEOUT_SECONDS: number(
    'a number of seconds, more than 0 and at most 10',
    (value) => value > 0 && value <= 10,
  )
    .prefault('0.25')
    .register(manual, {
      meaning:
        'For one command; a Redis that takes longer counts as away, and the process goes on by itself.',
    }),
  EXPLORER: z
    .enum(['sandbox', 'graphiql', 'off'], { error: 'must be sandbox, graphiql or off' })
    .optional()
    .register(manual, {
      otherwise: '`sandbox`; in production `off`',
      meaning:
        'The page at `/graphql`: `sandbox` (its frame comes from Apollo), `graphiql` (all from this package) or `off` ' +
        '([explorer](explorer.md)).',
    }),
  CORS_ORIGINS: origins.optional().register(manual, {
    otherwise: `\`${HOSTED_SANDBOX}\`; in production \`off\``,
    meaning:
      'Origins whose pages may send operations from a browser, comma-separated, or `off`; unsaid, the hosted ' +
      'Sandbox, and nobody in production.',
  }),
  ALLOWED_HOSTS: hosts.prefault('').register(manual, {
    otherwise: 'none',
    meaning:
      'Further values of the `Host` header that are answered, comma-separated, also `*.example.com`; ports are ignored. ' +
      'Always answered are IP addresses, `localhost`, `*.localhost` and `HOST`. Checked on the GraphQL port where neither ' +
      '`AUTH_JWKS_URL` nor `ROUTER_SECRETS` is set, and on the metrics port and the embedded Stage API while they listen on ' +
      'a loopback address ([security](security.md)).',
  }),
  MAX_REQUESTS_IN_FLIGHT: number('a whole number from 0 to 1000000', whole(0, 1_000_000))
    .prefault('1000')
    .register(manual, {
      meaning:
        'Requests in flight at once; more are answered with 503 and Retry-After. One caller may have a quarter of ' +
        'them, counted as for `RATE_LIMIT`; more are answered with 429. 0: no limit.',
    }),
  MAX_EVENT_LOOP_DELAY_SECONDS: number('a number of seconds from 0 to 60', from(0, 60))
    .prefault('1')
    .register(manual, {
      meaning: 'How late the event loop may be on average before requests are answered so. 0: no limit.',
    }),
  CLIENT_TIMEOUT_SECONDS: seconds.prefault('10').register(manual, {
    meaning:
      'How long a client may take to send the body of a request, and to take an answer, plus a second for each 64 KiB. ' +
      'Then the connection is ended.',
  }),
  SHUTDOWN_DELAY_SECONDS: number('a number of seconds from 0 to 300', from(0, 300))
    .optional()
    .register(manual, {
      otherwise: '`5` in production, else `0`',
      meaning:
        'From SIGTERM, when `/readyz` begins to answer 503, to the end of listening: the time in which whatever ' +
        'balances the load finds out.',
    }),
  SHUTDOWN_TIMEOUT_SECONDS: seconds.prefault('40').register(manual, {
    meaning:
      'For the whole stop; then it ends with code 1. More than the delay and `UPSTREAM_DEADLINE_SECONDS` together.',
  }),
  METRICS_PORT: port.optional().register(manual, {
    otherwise: 'no metrics',
    meaning:
      'A port of its own, on `HOST`, where Prometheus reads `/metrics` ([operations](operations.md)). Keep it inside.',
  }),
  OTEL_EXPORTER_OTLP_ENDPOINT: endpoint.optional().register(manual, {
    otherwise: 'no traces',
    meaning:
      "Where traces go: an OTLP receiver, such as `http://collector:4318`. All of OpenTelemetry's variables hold " +
      'that are about OTLP, sampling, batches and resources.',
  }),
  OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: endpoint.optional().register(manual, {
    otherwise: 'no traces',
    meaning: 'The same, as a whole URL, such as `http://collector:4318/v1/traces`.',
  }),
  OTEL_TRACES_EXPORTER: z
    .enum(['otlp', 'console', 'none'], { error: 'must be otlp, console or none' })
    .optional()
    .register(manual, {
      otherwise: '`otlp`, where an endpoint is set',
      meaning: '`otlp`, `console` or `none`.',
    }),
  OTEL_EXPORTER_OTLP_PROTOCOL: otlpProtocol.default('http/protobuf').register(manual, {
    meaning: '`http/protobuf` or `http/json`; there is no `grpc` here.',
  }),
  OTEL_EXPORTER_OTLP_TRACES_PROTOCOL: otlpProtocol.optional().register(manual, {
    otherwise: 'the one above',
    meaning: 'The same, for traces alone.',
  }),
  OTEL_SDK_DISABLED: z
    .string()
    .transform((value) => value.toLowerCase() === 'true')
    .prefault('false')
    .register(manual, { meaning: '`true`: nothing is traced.' }),
  LOG_FORMAT: z.enum(['json', 'pretty'], { error: 'must be json or pretty' }).optional().register(manual, {
    otherwise: '`pretty` in a terminal, else `json`',
    meaning: 'A JSON object a line on standard output, or lines for people.',
  }),
  INTROSPECTION: z.enum(['on', 'off'], { error: 'must be on or off' }).optional().register(manual, {
    otherwise: '`on`; in production `off`',
    meaning: 'Whether the schema may be asked for, and errors suggest names from it.',
  }),
  LIMIT_BODY_BYTES: limit('bodyBytes'),
  LIMIT_TOKENS: limit('tokens'),
  LIMIT_ALIASES: limit('aliases'),
  LIMIT_ROOT_FIELDS: limit('rootFields'),
  LIMIT_MUTATIONS: limit('mutations'),
  LIMIT_DEPTH: limit('depth'),
  LIMIT_SELECTIONS: limit('selections'),
  LIMIT_DIRECTIVES: limit('directives'),
  LIMIT_FRAGMENTS: limit('fragments'),
  LIMIT_LIST_SIZE: limit('listSize'),
  LIMIT_VARIABLE_DEPTH: limit('variableDepth'),
  LIMIT_REPRESENTATIONS: limit('representations'),
  LIMIT_ANSWER_FIELDS: limit('answerFields'),
  LIMIT_UPSTREAM_CALLS: limit('upstreamCalls'),
  AUDIT_LOG: z.string().optional().register(manual, {
    otherwise: 'standard output',
    meaning:
      'A file to which a JSON line is appended for every change ([security](security.md)). No log level silences it.',
  }),
  LOG_LEVEL: z
    .enum(['debug', 'info', 'warn', 'error', 'silent'], {
      error: 'must be debug, info, warn, error or silent',
    })
    .default('info')
    .register(manual, {
      meaning: 'How much is logged: `debug`, `info`, `warn`, `error` or `silent`.',
    }),
});

export type Variables = z.infer<typeof variables>;

/** Variables that libraries read from the environment. */
export const readByOthers: Readonly<Record<string, VariableManual>> = {
  OTEL_SERVICE_NAME: {
    otherwise: '`stagegraph`',
    meaning: 'The name of the service in traces.',
  },
  OTEL_TRACES_SAMPLER: {
    otherwise: '`parentbased_always_on`',
    meaning: 'Which traces are kept; `OTEL_TRACES_SAMPLER_ARG` says how many.',
  },
  AWS_REGION: {
    otherwise: "the profile's",
    meaning:
      'The Region to ask; read by the AWS SDK, as all that it knows: `AWS_PROFILE`, credentials, roles.',
  },
};
