import type { ExplorerPage } from './index.ts';

type Directives = Readonly<Record<string, string>>;

/** Allows only what the pages of our own build need, and no framing. */
const ownBuildOnly: Directives = {
  'default-src': "'none'",
  'script-src': "'self'",
  'style-src': "'self'",
  'img-src': "'self'",
  'connect-src': "'self'",
  'base-uri': "'none'",
  'form-action': "'none'",
  'frame-ancestors': "'none'",
};

const directives: Record<ExplorerPage, Directives> = {
  // Only the frame comes from Apollo; it reaches the gateway through our page.
  sandbox: { ...ownBuildOnly, 'frame-src': 'https://sandbox.embed.apollographql.com' },
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

/** Security headers of a page. */
export const pageHeaders = (page: ExplorerPage): Record<string, string> => ({
  'content-security-policy': Object.entries(directives[page])
    .map(([name, sources]) => `${name} ${sources}`)
    .join('; '),
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'strict-origin-when-cross-origin',
});
