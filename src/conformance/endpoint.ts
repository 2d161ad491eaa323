import { APIGatewayClient } from '@aws-sdk/client-api-gateway';
import { SignatureV4 } from '@smithy/signature-v4';
import { type Params, toRequest } from './requests.ts';

export interface EndpointOptions {
  readonly url: string;
  readonly region: string;
  /** Undefined: those that the SDK finds. */
  readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string } | undefined;
  /** For one request, its answer included. */
  readonly timeoutMs: number;
}

export interface Answer {
  readonly status: number;
  /** The code of an error; undefined for a success. */
  readonly code: string | undefined;
  readonly body: Readonly<Record<string, unknown>>;
}

/** Sends an operation of boto3 as boto3 does. Rejects if there is no answer, or an answer that is not JSON. */
export type Send = (op: string, params: Params) => Promise<Answer>;

const isMap = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The SDKs call the list of every answer but that of GetStages `items`. */
function toBody(op: string, text: string): Record<string, unknown> {
  const json: unknown = text === '' ? {} : JSON.parse(text);
  if (!isMap(json)) throw new Error(`the answer is no JSON object: ${text.slice(0, 200)}`);
  if (json.item === undefined || op === 'get_stages') return json;
  const { item: items, ...rest } = json;
  return { ...rest, items };
}

/** The code without the URL or the namespace that some servers add, as the SDKs read it. */
const codeOf = (header: string | null, body: Record<string, unknown>): string | undefined => {
  const code = header ?? body.__type;
  return typeof code === 'string' ? code.split(/[:,]/)[0]?.split('#').at(-1) : undefined;
};

/** Signs with SigV4: emulators of several services choose the service by the scope of the signature. */
export function connect({ url, region, credentials, timeoutMs }: EndpointOptions): Send {
  const { config } = new APIGatewayClient(credentials === undefined ? { region } : { region, credentials });
  const { sha256 } = config;
  const signer = new SignatureV4({ service: 'apigateway', region, credentials: config.credentials, sha256 });
  const base = new URL(url);
  return async (op, params) => {
    const { method, path, query, body } = toRequest(op, params);
    const target = new URL(`${base.pathname.replace(/\/$/, '')}${path}`, base);
    for (const [name, value] of Object.entries(query)) target.searchParams.set(name, value);
    const signed = await signer.sign({
      method,
      protocol: target.protocol,
      hostname: target.hostname,
      path: target.pathname,
      query,
      headers: { host: target.host, accept: 'application/json', 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body }),
    });
    const { host: _, ...headers } = signed.headers;
    const signal = AbortSignal.timeout(timeoutMs);
    const response = await fetch(target, {
      ...{ method, headers, signal },
      // A redirect could lead to AWS.
      redirect: 'manual',
      ...(body === undefined ? {} : { body }),
    });
    const json = toBody(op, await response.text());
    const code = response.ok ? undefined : codeOf(response.headers.get('x-amzn-errortype'), json);
    return { status: response.status, code, body: json };
  };
}
