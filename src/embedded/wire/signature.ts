import { assumed } from '../errors/assumed.ts';
import { toException } from '../errors/aws-exception.ts';

const headerParts = [/^AWS4-[\w-]+ /, /\bCredential=[^,\s]/, /\bSignedHeaders=[^,\s]/, /\bSignature=[^,\s]/];
const queryParts = ['X-Amz-Algorithm', 'X-Amz-Credential', 'X-Amz-SignedHeaders', 'X-Amz-Signature'];
const furtherQueryParts = ['X-Amz-Date', 'X-Amz-Expires', 'X-Amz-Security-Token'];
const signatureParameters: ReadonlySet<string> = new Set([...queryParts, ...furtherQueryParts]);

/** Whether a query parameter belongs to the signature of a presigned request. */
export const isSignatureParameter = (name: string) => signatureParameters.has(name);

/**
 * Requires a Signature Version 4, in the header or in the query (presigned), without verifying it (docs/stage-api.md
 * §1).
 */
export function checkSigned(authorization: string | undefined, query: URLSearchParams) {
  const given = authorization ?? '';
  const isPresigned = queryParts.some((name) => query.has(name));
  if (given === '' && !isPresigned) throw toException(assumed.unsigned);
  const complete =
    given === ''
      ? queryParts.every((name) => (query.get(name) ?? '') !== '')
      : headerParts.every((part) => part.test(given));
  if (!complete) throw toException(assumed.incompleteSignature);
}
