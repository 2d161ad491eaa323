/** What one operation, or one request, may be at the most. One row per limit: its default, and what it counts. */
export const limitRules = {
  tokens: { most: 1000, what: 'tokens in the document' },
  aliases: { most: 100, what: 'aliases in the operation, fragments counted where they are used' },
  rootFields: { most: 100, what: 'fields at the root of the operation' },
  mutations: { most: 10, what: 'mutations in the operation' },
  depth: { most: 12, what: 'levels of fields within fields' },
  selections: { most: 200, what: 'selections in one selection set' },
  directives: { most: 50, what: 'directives in the operation' },
  fragments: { most: 50, what: 'fragments in the document' },
  listSize: { most: 500, what: 'entries in a list among the variables' },
  representations: { most: 500, what: 'entities that a router asks for at once' },
  variableDepth: { most: 20, what: 'levels of lists and objects in the variables' },
  answerFields: { most: 100_000, what: 'fields in the answer, as far as can be told before' },
  upstreamCalls: { most: 100, what: 'calls to AWS that the operation needs' },
  bodyBytes: { most: 256 * 1024, what: 'bytes in the body of the request' },
} as const;

export type LimitName = keyof typeof limitRules;
export type Limits = Readonly<Record<LimitName, number>>;

/** Every limit at its default. */
export const defaultLimits: Limits = {
  tokens: limitRules.tokens.most,
  aliases: limitRules.aliases.most,
  rootFields: limitRules.rootFields.most,
  mutations: limitRules.mutations.most,
  depth: limitRules.depth.most,
  selections: limitRules.selections.most,
  directives: limitRules.directives.most,
  fragments: limitRules.fragments.most,
  listSize: limitRules.listSize.most,
  representations: limitRules.representations.most,
  variableDepth: limitRules.variableDepth.most,
  answerFields: limitRules.answerFields.most,
  upstreamCalls: limitRules.upstreamCalls.most,
  bodyBytes: limitRules.bodyBytes.most,
};

/** Names the limit and both numbers: what to make smaller, and by how much. */
export const tooLarge = (limit: LimitName, limits: Limits, found?: number): string => {
  const most = `at most ${limits[limit]} ${limitRules[limit].what}`;
  return found === undefined ? `There may be ${most}.` : `There may be ${most}; here are ${found}.`;
};
