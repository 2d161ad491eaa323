/** What one operation, or one request, may be at the most, where nobody says otherwise. */
export const defaultLimits = {
  tokens: 1000,
  aliases: 100,
  rootFields: 100,
  mutations: 10,
  depth: 12,
  selections: 200,
  directives: 50,
  fragments: 50,
  listSize: 500,
  representations: 500,
  variableDepth: 20,
  answerFields: 100_000,
  upstreamCalls: 100,
  bodyBytes: 256 * 1024,
};

export type LimitName = keyof typeof defaultLimits;
export type Limits = Readonly<Record<LimitName, number>>;

/** What each limit counts. */
export const counted: Readonly<Record<LimitName, string>> = {
  tokens: 'tokens in the document',
  aliases: 'aliases in the operation, fragments counted where they are used',
  rootFields: 'fields at the root of the operation',
  mutations: 'mutations in the operation',
  depth: 'levels of fields within fields',
  selections: 'selections in one selection set',
  directives: 'directives in the operation',
  fragments: 'fragments in the document',
  listSize: 'entries in a list among the variables',
  representations: 'entities that a router asks for at once',
  variableDepth: 'levels of lists and objects in the variables',
  answerFields: 'fields in the answer, as far as can be told before',
  upstreamCalls: 'calls to AWS that the operation needs',
  bodyBytes: 'bytes in the body of the request',
};

/** Names the limit and both numbers: what to make smaller, and by how much. */
export const tooLarge = (limit: LimitName, limits: Limits, found?: number): string => {
  const most = `at most ${limits[limit]} ${counted[limit]}`;
  return found === undefined ? `There may be ${most}.` : `There may be ${most}; here are ${found}.`;
};
