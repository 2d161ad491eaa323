import { readFileSync } from 'node:fs';
import { type Bindings, compare, fill } from './compare.ts';
import { type Answer, call } from './requests.ts';

interface Step {
  readonly op: string;
  readonly params: Readonly<Record<string, unknown>>;
  /** Without a recorded answer: the step must only succeed. */
  readonly setup?: boolean;
  /** What of the answer later steps need: paths by placeholder. */
  readonly bind?: Readonly<Record<string, string>>;
  readonly status?: number;
  readonly body?: Readonly<Record<string, unknown>>;
  readonly error?: { readonly code: string; readonly message: string };
  /** Sort the items by this member before the comparison. */
  readonly sort?: string;
  /** Keep only the REST APIs that the case created. */
  readonly own?: boolean;
}

export interface Case {
  readonly id: string;
  readonly resource: string;
  /** The date of the recording. */
  readonly recorded: string;
  readonly steps: readonly Step[];
}

type Item = Readonly<Record<string, unknown>>;

/**
 * Answers of Amazon API Gateway to requests about the resources around a stage, recorded between 2023-05 and 2026-02;
 * names and texts that AWS only echoes are ours. Facts about the form of neighbours.json:
 *
 * - A case stands alone. Its steps are operations of boto3, some of them malformed on purpose.
 * - An answer is compared whole: no member more, none less, as of the date of the recording.
 * - `<api>` is a placeholder: any text at first, the same text everywhere after. `<api|upper>` is in upper case.
 *   `<account>` is twelve digits, `<datetime>` a date. `{"$json": …}` is a string that parses to this JSON.
 * - The code of an error is in the header `x-amzn-ErrorType`.
 */
export const cases = (
  JSON.parse(readFileSync(new URL('neighbours.json', import.meta.url), 'utf8')) as { cases: Case[] }
).cases;

function bind(step: Step, { body }: Answer, bindings: Bindings) {
  for (const [name, path] of Object.entries(step.bind ?? {})) {
    const found = path.split('.').reduce<unknown>((at, part) => (at as Item | undefined)?.[part], body);
    if (typeof found === 'string') bindings.set(name, found);
  }
}

function selectItems(step: Step, body: Item, created: readonly string[]): Item {
  if (!Array.isArray(body.items)) return body;
  let items = body.items as Item[];
  const order = (item: Item) => created.indexOf(String(item.id));
  const { sort } = step;
  if (step.own) items = items.filter((item) => order(item) >= 0).sort((a, b) => order(a) - order(b));
  if (sort !== undefined) items = [...items].sort((a, b) => (String(a[sort]) < String(b[sort]) ? -1 : 1));
  return { ...body, items };
}

function check(step: Step, answer: Answer, bindings: Bindings, created: readonly string[]): string[] {
  const { status, code, body } = answer;
  if (step.setup)
    return code === undefined ? [] : [`answered ${status} ${code} ${JSON.stringify(body)}, must succeed`];
  const wanted = step.error
    ? { code: step.error.code, body: { message: step.error.message } }
    : { body: step.body };
  const got = { ...(code !== undefined && { code }), body: selectItems(step, body, created) };
  return [...compare(step.status, status, 'status', bindings), ...compare(wanted, got, 'answer', bindings)];
}

/** A line for every step that is not answered as recorded. Stops at a step that cannot be sent or prepared. */
export async function replay(url: string, { steps }: Case): Promise<string[]> {
  const bindings: Bindings = new Map();
  const created: string[] = [];
  const problems: string[] = [];
  for (const [index, step] of steps.entries()) {
    const where = `step ${index + 1} ${step.op}`;
    let answer: Answer;
    try {
      answer = await call(url, step.op, fill(step.params, bindings) as Item);
    } catch (error) {
      return [...problems, `${where}: ${String(error)}`];
    }
    const { id } = answer.body;
    if (/^(create|import)_rest_api$/.test(step.op) && typeof id === 'string') created.push(id);
    const found = check(step, answer, bindings, created).map((problem) => `${where}: ${problem}`);
    problems.push(...found);
    if (step.setup && found.length > 0) return problems;
    bind(step, answer, bindings);
  }
  return problems;
}
