import type { ExplorerPage } from './index.ts';

type Directives = Readonly<Record<string, string>>;

/** Nothing but what the pages of our own build need, and nobody may frame them. */
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
  // The script is ours; only the frame comes from Apollo, and it reaches the gateway through the page.
  sandbox: { ...ownBuildOnly, 'frame-src': 'https://sandbox.embed.apollographql.com' },
  graphiql: {
    ...ownBuildOnly,
    // Its editor, Monaco, positions text by style attributes, which neither a nonce nor a hash allows.
    'style-src': "'self' 'unsafe-inline'",
    // Their style sheets have fonts and icons in them.
    'font-src': "'self' data:",
    'img-src': "'self' data:",
    'worker-src': "'self'",
  },
};

/** The headers of a page: what the browser may load for it, and from where. */
export const pageHeaders = (page: ExplorerPage): Record<string, string> => ({
  'content-security-policy': Object.entries(directives[page])
    .map(([name, sources]) => `${name} ${sources}`)
    .join('; '),
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'strict-origin-when-cross-origin',
});
