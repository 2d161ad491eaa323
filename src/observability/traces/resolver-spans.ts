import { context, type Span, SpanStatusCode, trace, type Tracer } from '@opentelemetry/api';
import { ATTR_ERROR_TYPE } from '@opentelemetry/semantic-conventions';
import { type GraphQLFieldResolver, type GraphQLSchema, isObjectType, responsePathAsArray } from 'graphql';
import type { Context } from '../../graphql/context.ts';

type Resolve = GraphQLFieldResolver<unknown, Context>;

function recordError(span: Span, error: unknown): void {
  // The class only: the message may hold data that a tracing back end must not have.
  span.setStatus({ code: SpanStatusCode.ERROR });
  span.setAttribute(ATTR_ERROR_TYPE, error instanceof Error ? error.name : typeof error);
}

/** Ends the span when the result, or each item of a list, is settled. GraphQL awaits them itself. */
async function endWhenSettled(span: Span, result: unknown): Promise<void> {
  for (const item of await Promise.allSettled([result].flat())) {
    if (item.status === 'rejected') recordError(span, item.reason);
    else if (item.value instanceof Error) recordError(span, item.value);
  }
  span.end();
}

function runIn(span: Span, resolve: () => unknown): unknown {
  try {
    const result = resolve();
    void endWhenSettled(span, result);
    return result;
  } catch (error) {
    recordError(span, error);
    span.end();
    throw error;
  }
}

/** The spans of one operation's fields, by their paths in the response. */
type SpansByPath = Map<string, Span>;

const traced =
  (tracer: Tracer, name: string, spansOf: WeakMap<object, SpansByPath>, resolve: Resolve): Resolve =>
  (source, args, contextValue, info) => {
    let spans = spansOf.get(contextValue);
    if (spans === undefined) {
      spans = new Map();
      spansOf.set(contextValue, spans);
    }
    const path = responsePathAsArray(info.path).join('.');
    const known = spans.get(path);
    const span = known ?? tracer.startSpan(name, { attributes: { 'graphql.field.name': name } });
    spans.set(path, span);
    return context.with(trace.setSpan(context.active(), span), () => {
      const run = () => resolve(source, args, contextValue, info);
      // A compiled query that fails is executed again by GraphQL: the first execution made the calls.
      return known === undefined ? runIn(span, run) : run();
    });
  };

/** Adds a span for every field with a resolver. The other fields only read a property of their parent. */
export function traceResolvers(schema: GraphQLSchema, tracer: Tracer): GraphQLSchema {
  const spansOf = new WeakMap<object, SpansByPath>();
  for (const type of Object.values(schema.getTypeMap())) {
    if (!isObjectType(type) || type.name.startsWith('__')) continue;
    for (const field of Object.values(type.getFields())) {
      const resolve: Resolve | undefined = field.resolve;
      if (resolve !== undefined)
        field.resolve = traced(tracer, `${type.name}.${field.name}`, spansOf, resolve);
    }
  }
  return schema;
}
