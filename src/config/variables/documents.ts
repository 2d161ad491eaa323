import { z } from 'zod';
import { documented, oneOf } from './formats.ts';

/** Which operations are executed. */
export const documents = {
  TRUSTED_DOCUMENTS: documented(
    z.string().optional(),
    'Path of the documents that clients may name by an id instead of sending their text ' +
      '([trusted documents](trusted-documents.md)): a folder of `.graphql` files, or a manifest of Apollo, Relay or ' +
      'graphql-codegen. They are validated against the schema; mistakes stop the start. `SIGHUP` reads them again.',
    { otherwise: 'none' },
  ),
  TRUSTED_DOCUMENTS_ONLY: documented(
    oneOf('on', 'off').prefault('off'),
    '`on`: every document that is not trusted is refused, for all callers; introspection and the explorer pages then ' +
      'work only as far as the documents allow. Needs `TRUSTED_DOCUMENTS`, unless the console is on, whose documents are always trusted. No effect with `ROUTER_SECRETS`: routers ' +
      'write documents of their own. `off`: others are executed too, and stored as automatic persisted queries if ' +
      'clients ask for it.',
  ),
};
