import {
  DeleteStageCommand,
  FlushStageAuthorizersCacheCommand,
  FlushStageCacheCommand,
  TagResourceCommand,
  UntagResourceCommand,
} from '@aws-sdk/client-api-gateway';
import type * as sdl from '../../../__generated__/types.ts';
import { failedWith } from '../../../errors/upstream-error.ts';
import type { RetrySafety } from '../../../upstream/calls/retry-safety.ts';
import { encodeId } from '../../inputs/global-id.ts';
import type { InputProblem } from '../../inputs/input-problem.ts';
import { removedTagProblems, tagMap, tagProblems, tooManyTags } from '../../inputs/tags.ts';
import type { Refusal } from '../plans/patch-plan.ts';
import { stageArn } from '../wire/from-aws.ts';
import type { StageKey, StageModel } from '../wire/model.ts';
import type { ChangeOptions, ChangeTarget } from './change-checks.ts';
import type { StageChangeDependencies } from './guard.ts';
import { tagsOf } from './permission.ts';
import { changed, refused, type StageChange } from './stage-change.ts';

/** What became of a deletion. */
export interface StageDeletion extends StageChange {
  readonly deletedStageId?: string | null;
}

interface CommandOptions extends Pick<ChangeOptions, 'effect' | 'tagsAfter'> {
  /** What AWS is certain to refuse, given the stage as it is: a dry run refuses it, too. */
  readonly refusalOf?: (before: StageModel) => Refusal | undefined;
}

const atLeastOne = (list: readonly unknown[], name: string): InputProblem[] =>
  list.length > 0 ? [] : [{ field: ['input', name], message: `${name} must have at least one entry.` }];

const createRun =
  ({ reader, guard }: StageChangeDependencies) =>
  (
    target: ChangeTarget & StageKey,
    problems: readonly InputProblem[],
    call: (key: StageKey, safety: RetrySafety) => Promise<unknown>,
    { refusalOf = () => undefined, ...options }: CommandOptions = {},
  ): Promise<StageChange> =>
    guard(target, { problems, ...options }, async (before) => {
      const key = { restApiId: target.restApiId, stageName: target.stageName };
      if (target.dryRun === true) {
        const refusal = before === undefined ? undefined : refusalOf(before);
        return refusal === undefined ? changed(key, before ?? null) : refused(key, refusal, before);
      }
      await call(key, before === undefined ? 'idempotent' : 'noRetry');
      await reader.invalidate(key);
      return changed(key, undefined);
    });

/** The changes of a stage that are operations of their own. AWS does not answer them with the stage. */
export function createStageCommands(dependencies: StageChangeDependencies) {
  const { send, target } = dependencies;
  const run = createRun(dependencies);

  return {
    flushCache: (input: sdl.FlushStageCacheInput) =>
      run(input, [], (key, safety) => send(new FlushStageCacheCommand(key), safety)),

    flushAuthorizersCache: (input: sdl.FlushStageAuthorizersCacheInput) =>
      run(input, [], (key, safety) => send(new FlushStageAuthorizersCacheCommand(key), safety)),

    tag: (input: sdl.TagStageInput) =>
      run(
        input,
        [...atLeastOne(input.tags, 'tags'), ...tagProblems(input.tags, ['input', 'tags'])],
        (key, safety) => {
          const tags = tagMap(input.tags);
          return send(new TagResourceCommand({ resourceArn: stageArn(target, key), tags }), safety);
        },
        {
          tagsAfter: (before) => new Map([...before, ...tagsOf(input.tags)]),
          refusalOf({ tags }) {
            const message = tooManyTags(tags, input.tags);
            if (message === undefined) return undefined;
            return { code: 'LIMIT_EXCEEDED', message, field: ['input', 'tags'] };
          },
        },
      ),

    untag: (input: sdl.UntagStageInput) =>
      run(
        input,
        [...atLeastOne(input.keys, 'keys'), ...removedTagProblems(input.keys, ['input', 'keys'])],
        (key, safety) => {
          const tagKeys = [...input.keys];
          return send(new UntagResourceCommand({ resourceArn: stageArn(target, key), tagKeys }), safety);
        },
        { tagsAfter: (before) => new Map([...before].filter(([key]) => !input.keys.includes(key))) },
      ),

    delete: async (input: sdl.DeleteStageInput): Promise<StageDeletion> => {
      const change = await run(
        input,
        [],
        (key, safety) =>
          send(new DeleteStageCommand(key), safety).catch((error: unknown) => {
            if (!failedWith(error, 'STAGE_NOT_FOUND')) throw error;
          }),
        { effect: 'delete' },
      );
      const deleted = change.userErrors.length === 0 && input.dryRun !== true;
      const deletedStageId = deleted ? encodeId('Stage', target, input.restApiId, input.stageName) : null;
      return { ...change, deletedStageId };
    },
  };
}
