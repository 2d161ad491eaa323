type Directives = Readonly<Record<string, string>>;

/** Allows only what the pages of our own build need, and no framing. */
export const ownBuildOnly: Directives = {
  'default-src': "'none'",
  'script-src': "'self'",
  'style-src': "'self'",
  'img-src': "'self'",
  'connect-src': "'self'",
  'base-uri': "'none'",
  'form-action': "'none'",
  'frame-ancestors': "'none'",
};

/** Security headers of a page. */
export const pageHeaders = (directives: Directives): Record<string, string> => ({
  'content-security-policy': Object.entries(directives)
    .map(([name, sources]) => `${name} ${sources}`)
    .join('; '),
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'strict-origin-when-cross-origin',
});
