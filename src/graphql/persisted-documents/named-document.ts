import type { StagegraphErrorCode } from '../../__generated__/types.ts';
import { quote } from '../../untrusted/quote.ts';
import { memberOf, textOf } from '../../untrusted/unknown-value.ts';
import { sha256, type TrustedDocuments } from './trusted-documents.ts';

/** What a request is to execute: the trusted document that it names, or what it sends. */
export type NamedDocument =
  | { readonly kind: 'trusted'; readonly text: string }
  | { readonly kind: 'asSent' }
  | {
      readonly kind: 'refused';
      readonly status: number;
      readonly code: StagegraphErrorCode;
      readonly message: string;
    };

export interface NamedDocumentOptions {
  readonly documents: TrustedDocuments;
  /** Whether all other documents are refused. */
  readonly trustedOnly: boolean;
}

const badRequest = (message: string): NamedDocument => ({
  kind: 'refused',
  status: 400,
  code: 'BAD_REQUEST',
  message,
});

const unknownId = (id: string): NamedDocument => ({
  kind: 'refused',
  status: 400,
  code: 'PERSISTED_QUERY_NOT_IN_LIST',
  message: `${quote(id)} is not the id of a trusted document of this gateway. Add the document to TRUSTED_DOCUMENTS.`,
});

const notTrusted: NamedDocument = {
  kind: 'refused',
  status: 403,
  code: 'QUERY_NOT_IN_SAFELIST',
  message:
    'This gateway executes trusted documents only. Name one by `documentId`, or send exactly its text; to make this ' +
    'document one, add it to TRUSTED_DOCUMENTS.',
};

/** Clients send an empty text, or null, beside a name. */
const isGiven = (value: unknown): boolean => value !== undefined && value !== null && value !== '';

/** By `documentId`, as GraphQL over HTTP has it. */
function byDocumentId(request: unknown, documents: TrustedDocuments): NamedDocument {
  const id = memberOf(request, 'documentId');
  if (typeof id !== 'string') return badRequest('`documentId` must be one string.');
  if (isGiven(memberOf(request, 'query'))) return badRequest('Send `query` or `documentId`, not both.');
  if (isGiven(memberOf(memberOf(request, 'extensions'), 'persistedQuery'))) {
    return badRequest('Send `documentId` or `extensions.persistedQuery`, not both.');
  }
  const text = documents.textOf(id);
  return text === undefined ? unknownId(id) : { kind: 'trusted', text };
}

/** By Apollo's `extensions.persistedQuery`. A hash that is unknown here may be that of an automatic persisted query. */
function byPersistedQuery(
  persistedQuery: unknown,
  query: string | undefined,
  documents: TrustedDocuments,
): NamedDocument {
  if (memberOf(persistedQuery, 'version') !== 1) {
    return badRequest('`extensions.persistedQuery.version` must be 1.');
  }
  const hash = textOf(persistedQuery, 'sha256Hash');
  if (hash === undefined) return badRequest('`extensions.persistedQuery.sha256Hash` must be a string.');
  const text = documents.textOf(hash);
  if (text !== undefined && (query === undefined || query === text)) return { kind: 'trusted', text };
  if (query !== undefined && sha256(query) !== hash) {
    return badRequest('`extensions.persistedQuery.sha256Hash` is not the SHA-256 of `query`.');
  }
  return { kind: 'asSent' };
}

/** Finds the document of a request, which is the body of a POST, or the parameters of a GET. */
export function namedDocument(
  request: unknown,
  { documents, trustedOnly }: NamedDocumentOptions,
): NamedDocument {
  if (isGiven(memberOf(request, 'documentId'))) return byDocumentId(request, documents);
  const sent = textOf(request, 'query');
  const query = isGiven(sent) ? sent : undefined;
  const persistedQuery = memberOf(memberOf(request, 'extensions'), 'persistedQuery');
  const named: NamedDocument = isGiven(persistedQuery)
    ? byPersistedQuery(persistedQuery, query, documents)
    : { kind: 'asSent' };
  if (named.kind !== 'asSent' || !trustedOnly) return named;
  return query !== undefined && documents.includes(query) ? { kind: 'trusted', text: query } : notTrusted;
}
