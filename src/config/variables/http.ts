import { hostNameOf } from '../../http/access/hosts.ts';
import { documented, list, listOrOff, oneOf, seconds, timeout, whole } from './formats.ts';

/** The origin of Apollo's hosted Sandbox. */
export const HOSTED_SANDBOX = 'https://studio.apollographql.com';

/** As browsers send it: scheme, host and port, without a trailing slash. */
const isOrigin = (text: string): boolean =>
  /^https?:/.test(text) && URL.canParse(text) && new URL(text).origin === text;

const origins = listOrOff.refine((list) => list.every(isOrigin), {
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

export const http = {
  CONSOLE: documented(
    oneOf('on', 'off').optional(),
    '`on`: `/` is the [console](console.md), a page that shows and changes stages for people who write no ' +
      'GraphQL. `off`: `/` leads to `/graphql`.',
    { otherwise: '`on`; in production `off`' },
  ),
  EXPLORER: documented(
    oneOf('sandbox', 'graphiql', 'off').optional(),
    'Page that a browser gets at `/graphql`: `sandbox` is the Apollo Sandbox, whose frame is loaded from ' +
      'Apollo; `graphiql` is served from this package alone and works offline. Both are also at ' +
      '`/explorer/sandbox` and `/explorer/graphiql`. `off`: no pages ([explorer](explorer.md)). They need ' +
      '`INTROSPECTION`.',
    { otherwise: '`sandbox`; in production `off`' },
  ),
  CORS_ORIGINS: documented(
    origins.optional(),
    'Origins whose pages may send operations from a browser (CORS); for example `https://stages.example.com`. ' +
      'List only origins that you trust. Exactly what is listed is allowed: the default does not count beside it. ' +
      'The log names each origin once that is refused.',
    {
      otherwise:
        `\`${HOSTED_SANDBOX}\`, and pages of \`localhost\`, \`127.0.0.1\` and \`[::1]\` on any port; in ` +
        'production `off`',
    },
  ),
  ALLOWED_HOSTS: documented(
    hosts.prefault(''),
    'Additional accepted values of the `Host` header; for example `gateway.internal,*.corp.example`. Ports ' +
      'are ignored. IP addresses, `localhost`, `*.localhost` and `HOST` are always accepted; other hosts are ' +
      'refused with 421. The GraphQL port checks it if neither `AUTH_JWKS_URL` nor `ROUTER_SECRETS` is set; ' +
      'the metrics port and the embedded Stage API check it while they listen on a loopback address ' +
      '([security](security.md)).',
    { otherwise: 'none' },
  ),
  MAX_REQUESTS_IN_FLIGHT: documented(
    whole(0, 1_000_000).prefault('1000'),
    'Requests that are processed at the same time; more are refused with 503 and `Retry-After`. One caller, ' +
      'defined as for `RATE_LIMIT`, may use a quarter of them; more are refused with 429. `0`: no limit.',
  ),
  MAX_EVENT_LOOP_DELAY_SECONDS: documented(
    seconds(0, 60).prefault('1'),
    'Mean event loop delay in seconds above which requests are refused with 503. Too low refuses requests ' +
      'during short peaks; too high accepts requests that will time out. `0`: no limit.',
  ),
  CLIENT_TIMEOUT_SECONDS: documented(
    timeout(300).prefault('10'),
    'Seconds that a client may take to send a request body or to read a response, plus one second for each 64 ' +
      'KiB. A late body is refused with 408; a connection on which nothing is read for twice that time is ' +
      'closed. Too short cuts off slow networks.',
  ),
  SHUTDOWN_DELAY_SECONDS: documented(
    seconds(0, 300).optional(),
    'Seconds between SIGTERM, when `/readyz` starts to answer 503, and the end of listening. It must be ' +
      'longer than the load balancer needs to notice (period × threshold of its probe); otherwise requests ' +
      'are lost during a deployment.',
    { otherwise: '`5` in production, else `0`' },
  ),
  SHUTDOWN_TIMEOUT_SECONDS: documented(
    timeout(300).prefault('40'),
    'Seconds after which a shutdown that has not finished ends the process with exit code 1. Must be more ' +
      "than `SHUTDOWN_DELAY_SECONDS` and `UPSTREAM_DEADLINE_SECONDS` together. The orchestrator's grace " +
      'period must be longer.',
  ),
};
