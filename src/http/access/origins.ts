/** Pages that may send operations from a browser: of exactly this origin, or of all that match. */
export type OriginRule = string | RegExp;

/** Pages of the viewer's own machine, on any port: the development server of a frontend. */
export const LOCAL_PAGES = /^https?:\/\/(?:localhost|127\.0\.0\.1|\[::1\])(?::\d+)?$/;

export const allowsOrigin = (rules: readonly OriginRule[], origin: string): boolean =>
  rules.some((rule) => (typeof rule === 'string' ? rule === origin : rule.test(origin)));
