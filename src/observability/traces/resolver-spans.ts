import { context, type Span, SpanStatusCode, trace, type Tracer } from '@opentelemetry/api';
import { type GraphQLFieldResolver, type GraphQLSchema, isObjectType, responsePathAsArray } from 'graphql';
import type { Context } from '../../graphql/context.ts';

type Resolve = GraphQLFieldResolver<unknown, Context>;

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

/** Runs a resolver within its span, which ends with it. */
function runIn(span: Span, resolve: () => unknown): unknown {
  try {
    const result = resolve();
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
}

/** The fields of one operation that have been resolved, by their places in the answer, and their spans. */
type SpansByPlace = Map<string, Span>;

const traced =
  (tracer: Tracer, name: string, spansOf: WeakMap<object, SpansByPlace>, resolve: Resolve): Resolve =>
  (source, args, contextValue, info) => {
    let spans = spansOf.get(contextValue);
    if (spans === undefined) {
      spans = new Map();
      spansOf.set(contextValue, spans);
    }
    const place = responsePathAsArray(info.path).join('.');
    const known = spans.get(place);
    const span = known ?? tracer.startSpan(name, { attributes: { 'graphql.field.name': name } });
    spans.set(place, span);
    return context.with(trace.setSpan(context.active(), span), () => {
      const run = () => resolve(source, args, contextValue, info);
      // A compiled query that was no plain success is executed once more, from the start: the first time is the one that cost.
      return known === undefined ? runIn(span, run) : run();
    });
  };

/** A span for every field that has a resolver; what is a member of its parent has none, and takes no time. */
export function traceResolvers(schema: GraphQLSchema, tracer: Tracer): GraphQLSchema {
  const spansOf = new WeakMap<object, SpansByPlace>();
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
