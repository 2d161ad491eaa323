import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { isOperation } from './requests.ts';

const map = z.record(z.string(), z.unknown());

const step = z.strictObject({
  op: z.string().refine(isOperation),
  params: map,
  /** Without a recorded answer: the step must only succeed. */
  setup: z.boolean().optional(),
  /** What of the answer later steps need: paths by placeholder. */
  bind: z.record(z.string(), z.string()).optional(),
  status: z.number().optional(),
  body: map.optional(),
  error: z.strictObject({ code: z.string(), message: z.string() }).optional(),
  /** Sort the items by this member before the comparison. */
  sort: z.string().optional(),
  /** Keep only the REST APIs that the case created. */
  own: z.boolean().optional(),
});

const recordedCase = z.strictObject({
  id: z.string(),
  resource: z.string(),
  /** The date of the recording. */
  recorded: z.string(),
  steps: z.array(step),
});

export type Step = z.infer<typeof step>;
export type Case = z.infer<typeof recordedCase>;

/** Beside the program in the repository, and in the package. */
const FILE = new URL('../../docs/recorded/neighbours.json', import.meta.url);

/** Answers of Amazon API Gateway. docs/recorded/README.md explains the form. */
export const readCases = (): Case[] =>
  z.object({ cases: z.array(recordedCase) }).parse(JSON.parse(readFileSync(FILE, 'utf8'))).cases;
