import { z } from 'zod';
import { withoutControls } from '../untrusted/printable.ts';
import type { DefinitionFile } from './definition-file.ts';
import type { Ask } from './gateway-client.ts';

const change = z.object({
  part: z.string(),
  kind: z.enum(['ADDED', 'CHANGED', 'REMOVED']),
  path: z.array(z.string()),
  before: z.string().nullable(),
  after: z.string().nullable(),
  redacted: z.boolean(),
});
export type FieldChange = z.infer<typeof change>;

const noted = z.object({ code: z.string(), message: z.string() });
const payload = z.object({
  applyStage: z.object({
    changes: z.array(change),
    plan: z.string(),
    warnings: z.array(noted),
    userErrors: z.array(noted.extend({ field: z.array(z.string()).nullable() })),
  }),
});
export type Applied = z.infer<typeof payload>['applyStage'];

const APPLY = `mutation ApplyStageFile($input: ApplyStageInput!) {
  applyStage(input: $input) {
    changes { part kind path before after redacted }
    plan
    warnings { code message }
    userErrors { code message field }
  }
}`;

/** The members of the input that belong to one request, not to the file. */
export interface RequestOptions {
  readonly dryRun: boolean;
  readonly confirm?: string | undefined;
  readonly expectedPlan?: string | undefined;
}

/** Plans or applies a file. A refusal has the changes as well: what would be done now, or what was to be done. */
export async function applyFile(ask: Ask, file: DefinitionFile, moment: RequestOptions): Promise<Applied> {
  const data = await ask(APPLY, { input: { ...file.input, ...moment } });
  return payload.parse(data).applyStage;
}

/** The errors of a change, each with its place in the file. */
export const problemsIn = ({ userErrors }: Applied, path: string, file: DefinitionFile): string[] =>
  userErrors.map(({ code, message, field }) => {
    const [, ...place] = field ?? [];
    const at = place.map((part) => (/^\d+$/.test(part) ? Number(part) : part));
    return `${path}:${file.placeOf(at)}: ${code}: ${withoutControls(message)}`;
  });
