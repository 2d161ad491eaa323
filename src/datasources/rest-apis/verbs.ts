/** The HTTP methods that a resource can have. ANY stands for all of them (stage-api.md, section 5). */
export const VERBS = ['DELETE', 'GET', 'HEAD', 'OPTIONS', 'PATCH', 'POST', 'PUT'] as const;
export type Verb = (typeof VERBS)[number];

export const isVerb = (name: string): name is Verb => VERBS.some((verb) => verb === name);
