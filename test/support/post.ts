/** The answer to a body that is no usual operation. */
export interface PostedAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly json: {
    readonly data?: unknown;
    readonly errors?: readonly { readonly message: string; readonly extensions: Record<string, unknown> }[];
  };
}

const read = async (response: Response): Promise<PostedAnswer> => ({
  status: response.status,
  headers: response.headers,
  json: (await response.json()) as PostedAnswer['json'],
});

/** Sends a body as JSON. */
export const post = async (url: string, body: unknown, headers: Record<string, string> = {}) =>
  read(
    await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify(body),
    }),
  );

/** Sends parameters in the URL, as a client does that knows CSRF protection. */
export const get = async (url: string, parameters: Record<string, string> | [string, string][]) =>
  read(
    await fetch(`${url}?${new URLSearchParams(parameters).toString()}`, {
      headers: { 'apollo-require-preflight': '1' },
    }),
  );
