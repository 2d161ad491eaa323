import { connect } from 'node:net';
import { expect } from '@jest/globals';
import { type GatewayOptions, run, type Running } from './run.ts';

/** An answer as it came over the wire. */
export interface WireAnswer {
  readonly status: number;
  readonly headers: ReadonlyMap<string, string>;
  readonly body: string;
  /** The body as JSON; undefined where it is none. */
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

/** A request, byte for byte: no client between that would mend it. */
export const request = (head: readonly string[], body: string | Buffer = ''): Buffer =>
  Buffer.concat([
    Buffer.from([...head, 'connection: close', '', ''].join('\r\n'), 'latin1'),
    Buffer.from(body),
  ]);

/** An operation by POST, byte for byte. */
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

/** What no answer may say: where the code is, what it is made of, where it runs, and where AWS is. */
const leaks: readonly RegExp[] = [
  /\n\s+at /,
  /\bat \S+ \(?\S+:\d+:\d+/,
  /\.(ts|js|mjs|cjs)\b/,
  /node_modules|node:internal|file:\/\//,
  // But for the form that an ARN has, where one is asked for.
  /arn:aws(?!:logs:…:)[\w:/-]*/,
  /\b\d{12}\b/,
  /127\.0\.0\.1|localhost|amazonaws/,
  /aws-sdk|smithy|fastify|FST_|\bundici\b/i,
  /ECONN|ENOTFOUND|EPIPE|HPE_/,
  /\[object Object\]/,
];

/** The texts with which an answer says that something was not done. */
function complaints({ errors = [], data }: GraphQLAnswer): string[] {
  const payloads = Object.values(data ?? {}) as ({
    userErrors?: WireError[];
    warnings?: WireError[];
  } | null)[];
  const told = payloads.flatMap((payload) => [...(payload?.userErrors ?? []), ...(payload?.warnings ?? [])]);
  // An id of a request is made up at random, and at times has twelve digits in a row.
  const ids = ['requestId', 'awsRequestId'];
  const withoutIds = (key: string, value: unknown) => (ids.includes(key) ? undefined : value);
  return [...errors, ...told].map((error) => JSON.stringify(error, withoutIds));
}

/**
 * Expects that an answer is GraphQL's, that its errors name the request, and that they give nothing away: what the
 * request itself said is known already.
 */
export function expectClean(answer: WireAnswer, asked = ''): void {
  expect(answer.json).toBeInstanceOf(Object);
  for (const { extensions } of answer.json?.errors ?? []) {
    expect(extensions).toMatchObject({
      code: expect.stringMatching(/^[A-Z_]+$/),
      requestId: answer.headers.get('x-request-id'),
    });
    expect(extensions).not.toHaveProperty('stacktrace');
    expect(extensions).not.toHaveProperty('exception');
  }
  for (const text of complaints(answer.json ?? {})) {
    for (const leak of leaks) {
      const said = leak.exec(text)?.[0];
      if (said === undefined || !asked.includes(said)) expect(text).not.toMatch(leak);
    }
  }
}

/** A gateway as production has it, of which every answer and every line of the log is kept. */
export interface HostileGround extends Running {
  /** Sends bytes, and expects a clean answer. */
  send(bytes: Buffer): Promise<WireAnswer>;
  /** Sends an operation as JSON, and expects a clean answer. */
  ask(query: string, variables?: unknown): Promise<WireAnswer>;
  readonly log: readonly string[];
  /** The ids of errors that were answered and which no line of the log has; at least one error was answered. */
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
