import { connect } from 'node:net';
import { expect } from '@jest/globals';
import { type GatewayOptions, run, type Running } from './run.ts';

/** A raw HTTP response. */
export interface WireAnswer {
  readonly status: number;
  readonly headers: ReadonlyMap<string, string>;
  readonly body: string;
  /** The parsed body; undefined if it is not JSON. */
  readonly json: GraphQLAnswer | undefined;
}

interface WireError {
  readonly message: string;
  readonly extensions?: Readonly<Record<string, unknown>>;
}

interface GraphQLAnswer {
  readonly data?: Readonly<Record<string, unknown>> | null;
  readonly errors?: readonly WireError[];
  readonly extensions?: unknown;
}

const parse = (body: string): GraphQLAnswer | undefined => {
  try {
    return JSON.parse(body) as GraphQLAnswer;
  } catch {
    return undefined;
  }
};

function read(bytes: string): WireAnswer {
  const end = bytes.indexOf('\r\n\r\n');
  const [start = '', ...lines] = bytes.slice(0, end).split('\r\n');
  const headers = lines.map((line): [string, string] => {
    const colon = line.indexOf(':');
    return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()];
  });
  const body = bytes.slice(end + 4);
  return { status: Number(start.split(' ')[1]), headers: new Map(headers), body, json: parse(body) };
}

/** The bytes of a request. A client would correct them. */
export const request = (head: readonly string[], body: string | Buffer = ''): Buffer =>
  Buffer.concat([
    Buffer.from([...head, 'connection: close', '', ''].join('\r\n'), 'latin1'),
    Buffer.from(body),
  ]);

/** The bytes of a POST request with an operation. */
export const posted = (body: string | Buffer, ...more: readonly string[]): Buffer =>
  request(
    [
      'POST /graphql HTTP/1.1',
      'host: gateway',
      ...(more.some((line) => line.startsWith('content-type:')) ? [] : ['content-type: application/json']),
      `content-length: ${Buffer.byteLength(body)}`,
      ...more,
    ],
    body,
  );

/** Sends bytes, and reads until the server closes the connection. */
export const exchange = (url: string, bytes: Buffer): Promise<WireAnswer> =>
  new Promise((resolve, reject) => {
    const { hostname, port } = new URL(url);
    const socket = connect(Number(port), hostname, () => socket.write(bytes));
    let received = '';
    socket.setEncoding('utf8').on('data', (text: string) => {
      received += text;
    });
    socket.on('error', reject);
    socket.on('close', () => resolve(read(received)));
  });

/** What no response may contain: file names, libraries, hosts, ARNs. */
const leaks: readonly RegExp[] = [
  /\n\s+at /,
  /\bat \S+ \(?\S+:\d+:\d+/,
  /\.(ts|js|mjs|cjs)\b/,
  /node_modules|node:internal|file:\/\//,
  // Except for the format of an ARN in an error about one.
  /arn:aws(?!:logs:…:)[\w:/-]*/,
  /\b\d{12}\b/,
  /127\.0\.0\.1|localhost|amazonaws/,
  /aws-sdk|smithy|fastify|FST_|\bundici\b/i,
  /ECONN|ENOTFOUND|EPIPE|HPE_/,
  /\[object Object\]/,
];

/** The errors, user errors and warnings of a response. */
function problemsIn({ errors = [], data }: GraphQLAnswer): string[] {
  const payloads = Object.values(data ?? {}) as ({
    userErrors?: WireError[];
    warnings?: WireError[];
  } | null)[];
  const userErrors = payloads.flatMap((payload) => [
    ...(payload?.userErrors ?? []),
    ...(payload?.warnings ?? []),
  ]);
  // A random request id may have twelve digits in a row, like an account id.
  const ids = ['requestId', 'awsRequestId'];
  const withoutIds = (key: string, value: unknown) => (ids.includes(key) ? undefined : value);
  return [...errors, ...userErrors].map((error) => JSON.stringify(error, withoutIds));
}

const OWN_ACCOUNT = '000000000000';

/** Expects a GraphQL response whose errors have the request id and reveal nothing but what the request contained. */
export function expectClean(answer: WireAnswer, sent = ''): void {
  expect(answer.json).toBeInstanceOf(Object);
  for (const { extensions } of answer.json?.errors ?? []) {
    expect(extensions).toMatchObject({
      code: expect.stringMatching(/^[A-Z_]+$/),
      requestId: answer.headers.get('x-request-id'),
    });
    expect(extensions).not.toHaveProperty('stacktrace');
    expect(extensions).not.toHaveProperty('exception');
  }
  for (const text of problemsIn(answer.json ?? {})) {
    for (const leak of leaks) {
      const leaked = leak.exec(text)?.[0];
      // Who may call the gateway may know its target: an unknown one is refused with the list of those that there are.
      if (leaked === OWN_ACCOUNT) continue;
      if (leaked === undefined || !sent.includes(leaked)) expect(text).not.toMatch(leak);
    }
  }
}

/** A gateway with production settings, whose responses and log lines are checked. */
export interface HostileGround extends Running {
  /** Sends bytes, and expects a clean response. */
  send(bytes: Buffer): Promise<WireAnswer>;
  /** Sends an operation as JSON, and expects a clean response. */
  ask(query: string, variables?: unknown): Promise<WireAnswer>;
  readonly log: readonly string[];
  /** The request ids of errors without a log line. Expects at least one error. */
  unloggedErrors(): readonly string[];
}

export async function hostileGround(options: GatewayOptions = {}): Promise<HostileGround> {
  const log: string[] = [];
  const gateway = await run({ introspection: false, log: (line) => log.push(line), ...options });
  const requestIds = new Set<string>();
  const send = async (bytes: Buffer): Promise<WireAnswer> => {
    const answer = await exchange(gateway.url, bytes);
    expectClean(answer, bytes.toString());
    for (const { extensions } of answer.json?.errors ?? []) requestIds.add(String(extensions?.requestId));
    return answer;
  };
  return {
    ...gateway,
    log,
    send,
    ask: (query, variables = {}) => send(posted(JSON.stringify({ query, variables }))),
    unloggedErrors() {
      expect(requestIds.size).toBeGreaterThan(0);
      const lines = log.join('');
      return [...requestIds].filter((id) => !lines.includes(`"requestId":"${id}"`));
    },
  };
}
