/** Many times the largest set of keys. */
const MAX_BYTES = 1024 * 1024;

/** A response with its body read, up to a limit: leaving the loop ends the connection. Throws where there is more. */
export async function bounded(response: Response): Promise<Response> {
  if (response.body === null) return response;
  const body: AsyncIterable<Uint8Array> = response.body;
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of body) {
    length += chunk.byteLength;
    if (length > MAX_BYTES) throw new Error(`the answer has more than ${MAX_BYTES} bytes`);
    chunks.push(chunk);
  }
  return new Response(Buffer.concat(chunks, length), response);
}
