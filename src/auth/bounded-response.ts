import { readBounded } from '../untrusted/bounded-body.ts';

/** Far more than the largest key set has. */
const MAX_BYTES = 1024 * 1024;

/** Reads the body of a response up to a limit. Throws if it is longer. */
export async function readBoundedResponse(response: Response): Promise<Response> {
  if (response.body === null) return response;
  const body = await readBounded(response.body, MAX_BYTES);
  if (body === undefined) throw new Error(`the response has more than ${MAX_BYTES} bytes`);
  return new Response(new Uint8Array(body), response);
}
