import type { GraphQLSchema } from 'graphql';
import type { StartConfig } from '../../config/config.ts';
import { readTrustedDocuments } from '../../config/trusted-documents.ts';
import { createDocumentCheck } from '../../graphql/document-rules.ts';
import {
  createTrustedDocuments,
  type TrustedDocuments,
} from '../../graphql/persisted-documents/trusted-documents.ts';
import type { Logger } from '../logger.ts';
import { reloadOnSighup } from './reload.ts';

/** The trusted documents. Those of TRUSTED_DOCUMENTS are read again at SIGHUP. */
export function startDocuments(
  { config, documents, builtInDocuments }: StartConfig,
  schema: GraphQLSchema,
  logger: Logger,
): TrustedDocuments {
  const trusted = createTrustedDocuments(documents, builtInDocuments);
  const { trustedDocuments: path, limits } = config;
  if (path === undefined) return trusted;
  const check = createDocumentCheck(schema, limits);
  const reload = () => {
    const again = readTrustedDocuments(path, check);
    trusted.replace(again);
    return { documents: again.length };
  };
  reloadOnSighup('trusted documents', () => Promise.resolve().then(reload), logger);
  return trusted;
}
