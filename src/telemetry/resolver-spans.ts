import { context, type Span, SpanStatusCode, trace, type Tracer } from '@opentelemetry/api';
import { type GraphQLFieldResolver, type GraphQLSchema, isObjectType } from 'graphql';

type Resolve = GraphQLFieldResolver<unknown, unknown, unknown>;

function fail(span: Span, error: unknown): void {
  // Its class says what it is; its text may hold what a tracing back end should not.
  span.setStatus({ code: SpanStatusCode.ERROR });
  span.setAttribute('error.type', error instanceof Error ? error.name : typeof error);
}

const isList = (value: unknown): value is readonly unknown[] => Array.isArray(value);

/** Ends the span when all items are there. GraphQL waits for them by itself: they are watched and not touched. */
async function endWith(span: Span, items: readonly unknown[]): Promise<void> {
  for (const item of await Promise.allSettled(items)) {
    if (item.status === 'rejected') fail(span, item.reason);
    else if (item.value instanceof Error) fail(span, item.value);
  }
  span.end();
}

const traced =
  (tracer: Tracer, name: string, resolve: Resolve): Resolve =>
  (source, args, contextValue, info) => {
    const span = tracer.startSpan(name, { attributes: { 'graphql.field.name': name } });
    return context.with(trace.setSpan(context.active(), span), () => {
      try {
        const result = resolve(source, args, contextValue, info);
        if (isList(result)) {
          void endWith(span, result);
          return result;
        }
        if (!(result instanceof Promise)) {
          span.end();
          return result;
        }
        return result
          .catch((error: unknown) => {
            fail(span, error);
            throw error;
          })
          .finally(() => span.end());
      } catch (error) {
        fail(span, error);
        span.end();
        throw error;
      }
    });
  };

/** A span for every field that has a resolver; what is a member of its parent has none, and takes no time. */
export function traceResolvers(schema: GraphQLSchema, tracer: Tracer): GraphQLSchema {
  for (const type of Object.values(schema.getTypeMap())) {
    if (!isObjectType(type) || type.name.startsWith('__')) continue;
    for (const field of Object.values(type.getFields())) {
      const resolve: Resolve | undefined = field.resolve;
      if (resolve !== undefined) field.resolve = traced(tracer, `${type.name}.${field.name}`, resolve);
    }
  }
  return schema;
}
