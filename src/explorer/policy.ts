import { ownBuildOnly } from '../http/pages/page-headers.ts';
import type { ExplorerPage } from './serve-pages.ts';

const SANDBOX_HOST = 'https://sandbox.embed.apollographql.com';

/** What each page may load, and from where. */
export const directives: Record<ExplorerPage, Readonly<Record<string, string>>> = {
  // Only the frame comes from Apollo; it reaches the gateway through our page, which asks whether its host is there.
  sandbox: { ...ownBuildOnly, 'connect-src': `'self' ${SANDBOX_HOST}`, 'frame-src': SANDBOX_HOST },
  graphiql: {
    ...ownBuildOnly,
    // The Monaco editor sets style attributes, which neither a nonce nor a hash allows.
    'style-src': "'self' 'unsafe-inline'",
    // The style sheets contain fonts and icons as data URLs.
    'font-src': "'self' data:",
    'img-src': "'self' data:",
    'worker-src': "'self'",
  },
};
