import { AwsException, unsigned } from '../errors/aws-exception.ts';
import { unverified } from '../errors/unverified.ts';

const headerParts = [/^AWS4-[\w-]+ /, /\bCredential=[^,\s]/, /\bSignedHeaders=[^,\s]/, /\bSignature=[^,\s]/];
const queryParts = ['X-Amz-Algorithm', 'X-Amz-Credential', 'X-Amz-SignedHeaders', 'X-Amz-Signature'];
const beside = ['X-Amz-Date', 'X-Amz-Expires', 'X-Amz-Security-Token'];
const presigning: ReadonlySet<string> = new Set([...queryParts, ...beside]);

/** Whether a query parameter belongs to a presigned request's signature, and not to the operation. */
export const isSignatureParameter = (name: string) => presigning.has(name);

/** Of Signature Version 4, in the header or in the query (a presigned request): there, not verified (§1). */
export function checkSigned(authorization: string | undefined, query: URLSearchParams) {
  const given = authorization ?? '';
  const isPresigned = queryParts.some((name) => query.has(name));
  if (given === '' && !isPresigned) throw unsigned();
  const complete =
    given === ''
      ? queryParts.every((name) => (query.get(name) ?? '') !== '')
      : headerParts.every((part) => part.test(given));
  const { code, message } = unverified.incompleteSignature;
  if (!complete) throw new AwsException(403, code, message);
}
