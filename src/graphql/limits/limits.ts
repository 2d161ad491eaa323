/** The default limits of an operation or a request. */
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

/** What has how many of what: the parts of a message, around the number. */
const parts: Readonly<Record<LimitName, readonly [subject: string, unit: string]>> = {
  tokens: ['The document has', 'tokens'],
  aliases: ['The operation has', 'aliases, those in fragments included'],
  rootFields: ['The operation has', 'root fields'],
  mutations: ['The operation has', 'mutations'],
  depth: ['The operation has', 'levels of nested fields'],
  selections: ['A selection set has', 'selections'],
  directives: ['The operation has', 'directives'],
  fragments: ['The document has', 'fragments'],
  listSize: ['A list in the variables has', 'entries'],
  representations: ['The operation has', 'representations or ids of entities'],
  variableDepth: ['The variables have', 'levels of lists and objects'],
  answerFields: ['The response would have about', 'fields'],
  upstreamCalls: ['The operation needs', 'calls to AWS'],
  bodyBytes: ['The request body has', 'bytes'],
};

/** What the client of a router can do, who did not write the operation that is refused. */
const advice: Partial<Readonly<Record<LimitName, string>>> = {
  representations: ' Ask for fewer entities at once, or raise LIMIT_REPRESENTATIONS.',
};

/** The message of an exceeded limit; `count` is undefined if counting ended at the limit. */
export const tooLarge = (limit: LimitName, limits: Limits, count?: number): string => {
  const [subject, unit] = parts[limit];
  const most = limits[limit];
  return count === undefined
    ? `${subject} more than ${most} ${unit}.`
    : `${subject} ${count} ${unit}; the limit is ${most}.${advice[limit] ?? ''}`;
};
