import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { z } from 'zod';
import { allPolicyActions, isPolicyAction, resourceTypeOf } from '../auth/policies/actions.ts';
import { ConfigError } from '../config/config-error.ts';
import { readYaml } from '../config/read-yaml.ts';
import type { SourcePosition } from '../config/yaml-position.ts';

const principal = z.strictObject({
  subject: z.string().optional(),
  client: z.string().optional(),
  claims: z.record(z.string(), z.unknown()).optional(),
});

const resource = z.strictObject({
  account: z.string('must be a string, in quotes'),
  alias: z.string().optional(),
  region: z.string(),
  restApiId: z.string().optional(),
  stageName: z.string().optional(),
  tags: z.record(z.string(), z.string()).optional(),
});

/** What a resource has only if it is a stage. */
const ofStages = ['restApiId', 'stageName', 'tags'] as const;

const policyCase = z
  .strictObject({
    name: z.string().optional(),
    principal: principal.default({}),
    action: z.string().refine(isPolicyAction, { error: `must be one of ${allPolicyActions.join(', ')}` }),
    resource,
    decision: z.enum(['allow', 'deny']),
    policies: z.array(z.string()).optional(),
  })
  .superRefine(({ action, resource: of }, context) => {
    if (!isPolicyAction(action)) return;
    const refuse = (path: string[], message: string): void =>
      context.addIssue({ code: 'custom', path: ['resource', ...path], message });
    if (resourceTypeOf(action) === 'Target') {
      for (const name of ofStages.filter((each) => of[each] !== undefined))
        refuse([name], `must be left out: ${action} is decided on the account and the Region`);
    } else if (of.restApiId === undefined || of.stageName === undefined) {
      refuse([], `must have restApiId and stageName: ${action} is decided on the stage`);
    }
  });

const file = z.strictObject({ policies: z.string().optional(), cases: z.array(policyCase).min(1) });

/** What is asked of the policies, and the decision that is expected. */
export type PolicyCase = z.infer<typeof policyCase>;

export interface CasesFile {
  /** The path of the file of policies; undefined if the file of cases names none. */
  readonly policies: string | undefined;
  readonly cases: readonly (PolicyCase & { readonly place: SourcePosition })[];
}

/** An unknown key is a mistake at that key. */
const mistakesOf = (
  error: z.ZodError,
): { readonly path: readonly PropertyKey[]; readonly message: string }[] =>
  error.issues.flatMap((issue) =>
    issue.code === 'unrecognized_keys'
      ? issue.keys.map((key) => ({ path: [...issue.path, key], message: 'is not known' }))
      : [{ path: issue.path, message: issue.message }],
  );

/** Reads a file of cases, YAML or JSON. Throws a ConfigError with every mistake, its line and its column. */
export function readCasesFile(path: string): CasesFile {
  const found = readYaml(path, readFileSync(path, 'utf8'));
  if ('problems' in found) throw new ConfigError(found.problems);
  const { data, error } = file.safeParse(found.value);
  if (error !== undefined) {
    throw new ConfigError(
      mistakesOf(error).map(({ path: of, message }) => {
        const { line, col } = found.positionOf(of);
        return `${path}:${line}:${col}: ${of.length === 0 ? 'the file' : of.join('.')}: ${message}.`;
      }),
    );
  }
  return {
    policies: data.policies === undefined ? undefined : resolve(dirname(path), data.policies),
    cases: data.cases.map((each, index) => ({ ...each, place: found.positionOf(['cases', index]) })),
  };
}
