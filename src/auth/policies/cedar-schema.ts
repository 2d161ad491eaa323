import { mutationActions, type MutationName } from './actions.ts';

const entities = `/// Who sends a request. The id is the token's subject, else its client, else "".
entity Caller = {
  /// The claim sub.
  subject?: String,
  /// The claim client_id, else azp.
  client?: String,
} tags Set<String>; // The claims of the token: a list as its items, any other value as one string.

/// An account in a Region. The id is "<account>/<region>".
entity Target = {
  account: String,
  alias?: String,
  region: String,
};

/// The id is "<account>/<region>/<restApiId>/<stageName>". A stage that does not exist has no tags.
entity Stage in [Target] = {
  account: String,
  alias?: String,
  region: String,
  restApiId: String,
  stageName: String,
} tags String;

/// To read a target: its APIs, deployments and stages, but not the values of variables.
action read appliesTo { principal: [Caller], resource: [Target] };

/// To see the values of variables.
action readVariables appliesTo { principal: [Caller], resource: [Target] };

/// The mutations that need the scope stages:write.
action write;

/// The mutations that need the scope stages:admin.
action admin;
`;

const declarationOf = ([name, action]: readonly [string, (typeof mutationActions)[MutationName]]): string =>
  `action ${name} in [${action.in}] appliesTo { principal: [Caller], resource: [${action.on}] };\n`;

/** What policies can be about, in Cedar's schema language. */
export const cedarSchema = `${entities}\n${Object.entries(mutationActions).map(declarationOf).join('')}`;
