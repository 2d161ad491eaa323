import { z } from 'zod';

const stage = z.looseObject({ stageName: z.string(), observedAt: z.coerce.date() });
const stages = z.array(stage.nullable());
const mutated = z.object({ stage: stage.nullable(), userErrors: z.array(z.object({ code: z.string() })) });

const graphqlAnswer = z.object({
  data: z.record(z.string(), z.unknown()).nullish(),
  errors: z
    .array(
      z.object({
        extensions: z.looseObject({
          code: z.string().optional(),
          retryAfterSeconds: z.number().optional(),
        }),
      }),
    )
    .optional(),
});

/** An answer of the gateway or a yardstick, looked at closely. */
export interface Answer {
  /** Why it is a failure: a code. */
  readonly failure?: string;
  readonly retryAfterSeconds?: number | undefined;
  readonly stages: readonly z.output<typeof stage>[];
}

function found(all: z.output<typeof stages>): Answer {
  const present = all.filter((one) => one !== null);
  return present.length === all.length ? { stages: present } : { failure: 'stage missing', stages: present };
}

function fromGraphql(body: unknown): Answer {
  const { data, errors } = graphqlAnswer.parse(body);
  const [error] = errors ?? [];
  if (error) {
    const { code = 'no code', retryAfterSeconds } = error.extensions;
    return { failure: code, retryAfterSeconds, stages: [] };
  }
  const set = mutated.safeParse(data?.setStageVariables).data;
  if (set) {
    const [problem] = set.userErrors;
    return problem ? { failure: problem.code, stages: [] } : found([set.stage]);
  }
  return found(stages.parse(data?._entities ?? Object.values(data ?? {})));
}

/** Reads any server's answer whole; what is no answer at all is a failure. */
export function readAnswer(status: number, text: string): Answer {
  try {
    const body: unknown = JSON.parse(text);
    if (Array.isArray(body)) return found(stages.parse(body));
    if (status === 200) return fromGraphql(body);
  } catch {
    // Then its status must do.
  }
  return { failure: `HTTP ${status}`, stages: [] };
}

/** As much as can be told without reading it: what it costs to look must not slow down who asks. */
export const glance = (status: number, text: string): Answer =>
  status !== 200 || text.includes('"errors":[') || text.includes('"code":')
    ? readAnswer(status, text)
    : { stages: [] };
