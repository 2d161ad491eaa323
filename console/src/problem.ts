import { CombinedGraphQLErrors, ServerError } from '@apollo/client';
import { inPagesWords } from './words/graph-names.ts';

/** What went wrong, for a person. */
export interface Problem {
  readonly code: string;
  readonly message: string;
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null;

function fromGraphql(error: unknown): Problem | undefined {
  if (!isObject(error)) return undefined;
  const { message, extensions } = error;
  const code = isObject(extensions) ? extensions.code : undefined;
  return {
    code: typeof code === 'string' ? code : '',
    message: typeof message === 'string' ? inPagesWords(message) : 'The gateway gave no reason.',
  };
}

/** The first error of a refusal before GraphQL, which has the same shape as any other. */
function fromBody(text: string): Problem | undefined {
  try {
    const body: unknown = JSON.parse(text);
    return isObject(body) && Array.isArray(body.errors) ? fromGraphql(body.errors[0]) : undefined;
  } catch {
    // A proxy's own page.
    return undefined;
  }
}

/** All that went wrong in one request. */
export function problemsOf(error: unknown): readonly Problem[] {
  if (CombinedGraphQLErrors.is(error)) return error.errors.flatMap((each) => fromGraphql(each) ?? []);
  if (ServerError.is(error)) {
    const status = String(error.statusCode);
    return [fromBody(error.bodyText) ?? { code: '', message: `The gateway answered with status ${status}.` }];
  }
  return [{ code: '', message: 'The gateway cannot be reached. Check your connection, then load again.' }];
}

const sentences: Readonly<Record<string, string>> = {
  FORBIDDEN: 'You may not see this.',
  STORAGE_UNAVAILABLE: 'The gateway has no memory at the moment.',
  RATE_LIMITED: 'You have asked too often; wait a moment.',
  THROTTLED: 'The account’s share of requests to AWS is used up; wait a moment.',
  OVERLOADED: 'The gateway has too much to do; wait a moment.',
};

/** One text about all of it. */
export function explain(problems: readonly Problem[]): string {
  const texts = problems.map(({ code, message }) => [sentences[code], message].filter(Boolean).join(' '));
  return [...new Set(texts)].join(' ');
}
