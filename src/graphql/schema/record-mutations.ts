import { defaultFieldResolver, GraphQLError, type GraphQLFieldResolver, type GraphQLSchema } from 'graphql';
import { gatewayError } from '../../errors/gateway-error.ts';
import type { AuditLog } from '../../observability/audit/audit-log.ts';
import { memberOf, textOf } from '../../untrusted/unknown-value.ts';
import type { Context } from '../context.ts';

const isDryRun = ({ input }: Record<string, unknown>): boolean => memberOf(input, 'dryRun') === true;

/** The first code of a payload's `userErrors`. */
function userErrorOf(payload: unknown): string | undefined {
  const userErrors = memberOf(payload, 'userErrors');
  return Array.isArray(userErrors) ? textOf(userErrors[0], 'code') : undefined;
}

const thrownCode = (error: unknown): string =>
  error instanceof GraphQLError && typeof error.extensions.code === 'string'
    ? error.extensions.code
    : 'ERROR';

/** A change that could not be audited is not made. */
function requireAudit(audit: AuditLog): void {
  try {
    audit.check();
  } catch {
    const message =
      'The audit log cannot be written: changes are refused. Nothing was changed; try again later.';
    throw gatewayError('AUDIT_UNAVAILABLE', message);
  }
}

/** Tells the request's record and the audit log what became of each mutation, whatever of its payload the client asks for. */
export function recordMutations(schema: GraphQLSchema): GraphQLSchema {
  for (const [mutation, field] of Object.entries(schema.getMutationType()?.getFields() ?? {})) {
    const resolve: GraphQLFieldResolver<unknown, Context> = field.resolve ?? defaultFieldResolver;
    const recorded: GraphQLFieldResolver<unknown, Context, Record<string, unknown>> = async (
      source,
      args,
      context,
      info,
    ) => {
      const { record, audit, requestId, caller, dataSources } = context;
      const { trail } = dataSources;
      const tell = (outcome: string, payload: unknown, userError?: string): void => {
        record.changed({ mutation, outcome, userError });
        audit.write({
          requestId,
          caller,
          mutation,
          input: args.input,
          outcome,
          payload,
          trail: trail.report(),
        });
      };
      trail.begin();
      try {
        requireAudit(audit);
        const payload: unknown = await resolve(source, args, context, info);
        const userError = userErrorOf(payload);
        tell(userError ?? (isDryRun(args) ? 'DRY_RUN' : 'OK'), payload, userError);
        return payload;
      } catch (error) {
        tell(thrownCode(error), null);
        throw error;
      }
    };
    field.resolve = recorded;
  }
  return schema;
}
