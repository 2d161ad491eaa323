/** The scopes of the contract. `stages:admin` holds `stages:write`, which holds `stages:read`: the schema spells it out. */
export type Scope = 'stages:read' | 'stages:write' | 'stages:admin' | 'stages:variables';

/** Whoever sent a request, and what they may do. */
export interface Caller {
  /** Who the token says it is; null where nobody is asked. */
  readonly subject: string | null;
  /** The program, as it calls itself. Nothing rests on it. */
  readonly client: { readonly name: string | null; readonly version: string | null };
  /** Whether all of one of these sets of scopes are held; the form is that of `@requiresScopes`. */
  readonly holds: (anyOf: readonly (readonly string[])[]) => boolean;
  /** Whether nobody was asked who they are: everybody is answered the same. */
  readonly isAnyone: boolean;
  /** Whether the values of stage variables may be seen. */
  readonly seesVariables: boolean;
  /** Whether protected stages may be changed without `confirm`. */
  readonly changesProtectedStages: boolean;
  /** Who has the same may see the same: what of a caller an answer depends on. */
  readonly rights: string;
}

const SEES_VARIABLES: Scope = 'stages:variables';
const CHANGES_PROTECTED: Scope = 'stages:admin';

type Rights = Omit<Caller, 'subject' | 'client' | 'isAnyone'>;

/** By the scopes of a token: the same set comes with each of its requests. */
const known = new WeakMap<ReadonlySet<string>, Rights>();

const rightsOf = (scopes: ReadonlySet<string>): Rights => ({
  holds: (anyOf) => anyOf.some((all) => all.every((scope) => scopes.has(scope))),
  seesVariables: scopes.has(SEES_VARIABLES),
  changesProtectedStages: scopes.has(CHANGES_PROTECTED),
  // No scope can look like two.
  rights: JSON.stringify([...scopes].filter((scope) => scope.startsWith('stages:')).sort()),
});

/** A caller with a token that holds these scopes. */
export function callerWith(
  subject: string | null,
  scopes: ReadonlySet<string>,
  client: Caller['client'],
): Caller {
  let rights = known.get(scopes);
  if (rights === undefined) {
    rights = rightsOf(scopes);
    known.set(scopes, rights);
  }
  const { holds, seesVariables, changesProtectedStages } = rights;
  // One literal, as in the log's line: this is done for every request.
  return {
    subject,
    client,
    isAnyone: false,
    holds,
    seesVariables,
    changesProtectedStages,
    rights: rights.rights,
  };
}

/** A caller where nobody is asked who they are. Nobody has shown to be an admin: protected stages still ask for `confirm`. */
export const anyone = (client: Caller['client']): Caller => ({
  subject: null,
  client,
  isAnyone: true,
  holds: () => true,
  seesVariables: true,
  changesProtectedStages: false,
  rights: 'all',
});

/** A caller of whom nothing is known where it matters: what is not for everybody is not for them. */
export const nobody: Caller = callerWith(null, new Set(), { name: null, version: null });
