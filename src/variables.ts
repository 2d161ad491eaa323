import { z } from 'zod';

/** What people are told of a variable: `--help`, docs/configuration.md and .env.example are made of it. */
export interface VariableManual {
  /** One sentence, or two; in Markdown. */
  readonly meaning: string;
  /** In words, where there is no default to show. */
  readonly otherwise?: string;
  /** Its value is shown to nobody. */
  readonly secret?: true;
}

export const manual = z.registry<VariableManual>();

/** A number within bounds; whatever is wrong with it, the message is the rule. */
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

/** `prod*` and the like: `*` stands for anything. */
const patterns = z
  .string()
  .regex(/^[\w*-]*(\s*,\s*[\w*-]*)*$/, 'must be names of stages with * for anything, separated by commas')
  .transform((list) => list.split(',').map((pattern) => pattern.trim()))
  .transform((list) => list.filter((pattern) => pattern !== ''));

/** Where Apollo's hosted Sandbox runs: its page sends operations from the browser of whoever opened it. */
export const HOSTED_SANDBOX = 'https://studio.apollographql.com';

/** As browsers send it: scheme, host and port, and not even a slash after them. */
const isOrigin = (text: string): boolean =>
  /^https?:/.test(text) && URL.canParse(text) && new URL(text).origin === text;

const origins = z
  .string()
  .transform((list) => (list.trim() === 'off' ? [] : list.split(',').map((origin) => origin.trim())))
  .refine((list) => list.every(isOrigin), {
    error: `must be origins such as ${HOSTED_SANDBOX} (no path, no slash at the end), separated by commas, or off`,
  });

/** One row per variable: its form, its default, and what people are told of it, in the order in which they read it. */
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
  AUTH: z
    .enum(['off'], { error: 'must be off, or left out' })
    .optional()
    .register(manual, { meaning: '`off`: everyone may do everything; needed with `aws`.' }),
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
  MAX_REQUESTS_IN_FLIGHT: number('a whole number from 0 to 1000000', whole(0, 1_000_000))
    .prefault('1000')
    .register(manual, {
      meaning:
        'Requests that are under way at once; more are answered with 503 and Retry-After. 0: no limit.',
    }),
  MAX_EVENT_LOOP_DELAY_SECONDS: number('a number of seconds from 0 to 60', from(0, 60))
    .prefault('1')
    .register(manual, {
      meaning: 'How late the event loop may be on average before requests are answered so. 0: no limit.',
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

/** What others read from the same environment. */
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
