/** The scopes. `stages:admin` includes `stages:write`, which includes `stages:read`: the schema lists them all. */
export const SCOPES = ['stages:read', 'stages:write', 'stages:admin', 'stages:variables'] as const;

export type Scope = (typeof SCOPES)[number];

export const isScope = (text: string): text is Scope => SCOPES.some((scope) => scope === text);
