import { defaultLimits, type LimitName } from '../../graphql/limits/limits.ts';
import { documented, oneOf, whole } from './formats.ts';

const limit = (name: LimitName, meaning: string) =>
  documented(whole(1, 100_000_000).prefault(String(defaultLimits[name])), meaning);

/** What an operation may cost. */
export const limits = {
  INTROSPECTION: documented(
    oneOf('on', 'off').optional(),
    '`on`: clients may query the schema, and error messages suggest names from it. `off`: neither; tools that ' +
      'load the schema from the endpoint (Sandbox, GraphiQL, code generators) do not work.',
    { otherwise: '`on`; in production `off`' },
  ),
  LIMIT_BODY_BYTES: limit(
    'bodyBytes',
    'Maximum size of a request body, in bytes. A larger body is refused with status 413. It must fit the ' +
      'largest operation with its variables.',
  ),
  LIMIT_TOKENS: limit(
    'tokens',
    'Maximum number of tokens (names, punctuation, values) in a GraphQL document. A larger document is ' +
      'refused while it is parsed.',
  ),
  LIMIT_ALIASES: limit(
    'aliases',
    'Maximum number of aliases in an operation; those in a fragment count wherever it is used. Bounds ' +
      'operations that request one field many times.',
  ),
  LIMIT_ROOT_FIELDS: limit(
    'rootFields',
    'Maximum number of root fields in an operation. Each can cost a call to AWS.',
  ),
  LIMIT_MUTATIONS: limit(
    'mutations',
    'Maximum number of mutations in an operation. They run one after the other within ' +
      '`UPSTREAM_DEADLINE_SECONDS`.',
  ),
  LIMIT_DEPTH: limit(
    'depth',
    'Maximum depth of nested fields. A lower value refuses deep queries, such as the stages of a deployment ' +
      'of a stage.',
  ),
  LIMIT_SELECTIONS: limit(
    'selections',
    'Maximum number of fields and fragments in one selection set, between one pair of braces.',
  ),
  LIMIT_DIRECTIVES: limit(
    'directives',
    'Maximum number of directives in an operation, `@include` and `@skip` included.',
  ),
  LIMIT_FRAGMENTS: limit('fragments', 'Maximum number of named fragments in a document.'),
  LIMIT_LIST_SIZE: limit(
    'listSize',
    'Maximum number of entries in a list in the variables, such as `patchOperations`.',
  ),
  LIMIT_VARIABLE_DEPTH: limit('variableDepth', 'Maximum depth of nested lists and objects in the variables.'),
  LIMIT_REPRESENTATIONS: limit(
    'representations',
    'Maximum number of items in `_entities(representations:)` and `nodes(ids:)`. It should be at least the batch ' +
      'size of the router.',
  ),
  LIMIT_ANSWER_FIELDS: limit(
    'answerFields',
    'Maximum number of fields in a response, estimated before execution: a list counts as `first` or the ' +
      'number of representations or ids, any other list as 10.',
  ),
  LIMIT_UPSTREAM_CALLS: limit(
    'upstreamCalls',
    'Maximum number of calls to AWS for one operation. It is refused before these calls are made; what the ' +
      'cache can answer does not count. A higher value lets one operation use more of the budget.',
  ),
};
