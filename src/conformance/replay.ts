import type { Case, Step } from './cases.ts';
import { type Bindings, compare, fill, Unbound } from './compare.ts';
import type { Answer, Send } from './endpoint.ts';

/** How one recorded step was answered. */
export interface StepResult {
  /** Its place in the case, from 1. */
  readonly step: number;
  readonly op: string;
  /** It has no recorded answer: the score does not count it. */
  readonly setup: boolean;
  /** A line for every difference; none: the answer is as recorded. */
  readonly differences: readonly string[];
}

export interface CaseResult {
  readonly id: string;
  readonly resource: string;
  readonly recorded: string;
  readonly steps: readonly StepResult[];
  /** REST APIs that the case created, and that the endpoint did not delete. */
  readonly leftBehind: readonly { readonly restApiId: string; readonly reason: string }[];
}

const memberOf = (value: unknown, name: string): unknown =>
  typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined;

function bind(step: Step, { body }: Answer, bindings: Bindings): void {
  for (const [name, path] of Object.entries(step.bind ?? {})) {
    const found = path.split('.').reduce<unknown>(memberOf, body);
    if (typeof found === 'string') bindings.set(name, found);
  }
}

function selectItems({ own, sort }: Step, body: Answer['body'], created: readonly string[]): Answer['body'] {
  if (!Array.isArray(body.items)) return body;
  let items: unknown[] = body.items;
  const order = (item: unknown): number => created.indexOf(String(memberOf(item, 'id')));
  if (own === true) items = items.filter((item) => order(item) >= 0).sort((a, b) => order(a) - order(b));
  if (sort !== undefined) {
    const keyOf = (item: unknown): string => String(memberOf(item, sort));
    items = items.toSorted((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1));
  }
  return { ...body, items };
}

function differencesOf(step: Step, answer: Answer, bindings: Bindings, created: readonly string[]): string[] {
  const { status, code, body } = answer;
  if (step.setup === true) {
    return status < 300 ? [] : [`expected success, got ${status} ${code ?? ''} ${JSON.stringify(body)}`];
  }
  const wanted =
    step.error === undefined
      ? { body: step.body }
      : { code: step.error.code, body: { message: step.error.message } };
  const { message, Message = message } = body;
  const shown = step.error === undefined ? selectItems(step, body, created) : { message: Message };
  const got = { ...(code === undefined ? {} : { code }), body: shown };
  return [...compare(step.status, status, 'status', bindings), ...compare(wanted, got, 'answer', bindings)];
}

/** Why a request has no usable answer. */
export const reasonOf = (error: unknown): string => {
  const { message, cause } = error instanceof Error ? error : new Error(String(error));
  return cause instanceof Error ? `${message}: ${cause.message}` : message;
};

/** Deletes REST APIs; most were deleted by their case. */
async function deleteAll(send: Send, created: readonly string[]): Promise<CaseResult['leftBehind']> {
  const left: { restApiId: string; reason: string }[] = [];
  for (const restApiId of created) {
    try {
      const { status, code = 'an error' } = await send('delete_rest_api', { restApiId });
      if (status >= 400 && status !== 404) left.push({ restApiId, reason: `${status} ${code}` });
    } catch (error) {
      left.push({ restApiId, reason: reasonOf(error) });
    }
  }
  return left;
}

/** Sends the steps of a case, all of them whatever the answers, and deletes the REST APIs that it created. */
export async function replay(send: Send, { steps, ...recordedCase }: Case): Promise<CaseResult> {
  const bindings: Bindings = new Map();
  const created: string[] = [];
  const results: StepResult[] = [];
  for (const [index, step] of steps.entries()) {
    const { op } = step;
    const differences: string[] = [];
    try {
      const answer = await send(op, fillParams(step, bindings));
      const { id } = answer.body;
      if (/^(create|import)_rest_api$/.test(op) && typeof id === 'string') created.push(id);
      differences.push(...differencesOf(step, answer, bindings, created));
      bind(step, answer, bindings);
    } catch (error) {
      differences.push(error instanceof Unbound ? error.message : `no usable answer: ${reasonOf(error)}`);
    }
    results.push({ step: index + 1, op, setup: step.setup === true, differences });
  }
  return { ...recordedCase, steps: results, leftBehind: await deleteAll(send, created) };
}

const fillParams = ({ params }: Step, bindings: Bindings): Record<string, unknown> =>
  Object.fromEntries(Object.entries(params).map(([name, value]) => [name, fill(value, bindings)]));
