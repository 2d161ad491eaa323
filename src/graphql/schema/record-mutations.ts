import { defaultFieldResolver, GraphQLError, type GraphQLFieldResolver, type GraphQLSchema } from 'graphql';
import type { MutationResolvers } from '../../__generated__/types.ts';
import { isMutationName } from '../../auth/policies/actions.ts';
import { gatewayError } from '../../errors/gateway-error.ts';
import type { AuditLog } from '../../observability/audit/audit-log.ts';
import type { Context } from '../context.ts';

type MutationResolver = Extract<
  Required<MutationResolvers>[keyof MutationResolvers],
  (...parameters: never) => unknown
>;
/** The arguments of every mutation. A mutation without these inputs does not compile here. */
type MutationArguments = Pick<Parameters<MutationResolver>[1], 'input'>;
type Recorded = GraphQLFieldResolver<unknown, Context, MutationArguments>;

const thrownCode = (error: unknown): string =>
  error instanceof GraphQLError && typeof error.extensions.code === 'string'
    ? error.extensions.code
    : 'ERROR';

/** A change that cannot be audited is not made. */
function requireAudit(audit: AuditLog): void {
  try {
    audit.check();
  } catch {
    const message =
      'The audit log cannot be written, so changes are refused. Nothing was changed; try again later.';
    throw gatewayError('AUDIT_UNAVAILABLE', message);
  }
}

/**
 * Records every mutation for metrics, request log and audit log, whichever fields of its payload the client selects. The
 * result comes from the data sources: a resolver can only return one that was recorded (see stage-change.ts).
 */
export function recordMutations(schema: GraphQLSchema): GraphQLSchema {
  for (const [mutation, field] of Object.entries(schema.getMutationType()?.getFields() ?? {})) {
    if (!isMutationName(mutation)) throw new Error(`the mutation ${mutation} has no action for policies`);
    const resolve: GraphQLFieldResolver<unknown, Context> = field.resolve ?? defaultFieldResolver;
    const recorded: Recorded = async (source, args, context, info) => {
      const { record, audit, requestId, caller } = context;
      const { changeRecorder } = context.dataSources;
      const { input } = args;
      const isDryRun = input.dryRun === true;
      changeRecorder.begin(mutation);
      const report = (thrown?: unknown): void => {
        const change = changeRecorder.report();
        const userError = thrown === undefined ? change.userError : undefined;
        const outcome =
          thrown === undefined ? (userError ?? (isDryRun ? 'DRY_RUN' : 'OK')) : thrownCode(thrown);
        record.changed({ mutation, outcome, userError });
        audit.write({ requestId, caller, mutation, input, isDryRun, outcome, change });
      };
      try {
        requireAudit(audit);
        const payload: unknown = await resolve(source, args, context, info);
        report();
        return payload;
      } catch (error) {
        report(error);
        throw error;
      }
    };
    field.resolve = recorded;
  }
  return schema;
}
