import { readBounded } from '../untrusted/bounded-body.ts';

/** Many times the largest set of keys. */
const MAX_BYTES = 1024 * 1024;

/** A response with its body read, up to a limit. Throws where there is more. */
export async function bounded(response: Response): Promise<Response> {
  if (response.body === null) return response;
  const body = await readBounded(response.body, MAX_BYTES);
  if (body === undefined) throw new Error(`the answer has more than ${MAX_BYTES} bytes`);
  return new Response(new Uint8Array(body), response);
}
