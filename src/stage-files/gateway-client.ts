import { z } from 'zod';

/** An answer that the command cannot go on with. */
export class GatewayError extends Error {
  override readonly name = 'GatewayError';
}

/** Sends one operation to a running gateway. */
export type Ask = (document: string, variables: object) => Promise<Readonly<Record<string, unknown>>>;

const TIMEOUT_MS = 60_000;

const response = z.object({
  data: z.record(z.string(), z.unknown()).nullish(),
  errors: z.array(z.object({ message: z.string() })).nullish(),
});

const reasonOf = (error: unknown): string =>
  error instanceof Error
    ? (error.cause instanceof Error ? error.cause.message : '') || error.message
    : String(error);

/** `token`: a bearer token; undefined: none is sent. */
export const connect =
  (url: string, token: string | undefined): Ask =>
  async (document, variables) => {
    const answer = await fetch(url, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        'apollographql-client-name': 'stagegraph-cli',
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      },
      body: JSON.stringify({ query: document, variables }),
      signal: AbortSignal.timeout(TIMEOUT_MS),
    }).catch((error: unknown) => {
      throw new GatewayError(`${url} does not answer: ${reasonOf(error)}`);
    });
    const parsed = response.safeParse(await answer.json().catch(() => undefined));
    if (!parsed.success)
      throw new GatewayError(`${url} answers with status ${answer.status}, and not as a gateway does.`);
    const { data, errors } = parsed.data;
    if (errors != null && errors.length > 0)
      throw new GatewayError(errors.map(({ message }) => message).join('\n'));
    return data ?? {};
  };
