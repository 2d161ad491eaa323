import { pathsOfGivenVariables } from '../../../upstream/calls/variable-values.ts';
import type { RecordedChange } from '../../memory/stage-memory.ts';
import type { GivenVariable } from '../desired/hidden-values.ts';
import type { SentCall } from './change-recorder.ts';

type KnownStages = Pick<RecordedChange, 'before' | 'after'>;

/** What the copy of a canary's overrides gives: all variables that it can have changed. */
function copiedNames({ before, after }: KnownStages): string[] {
  const variables = before?.canarySettings?.stageVariableOverrides ?? after?.variables ?? [];
  return variables.map(({ name }) => name);
}

/** The variables, and the overrides, whose values the calls of a change gave. */
export function givenVariables(calls: readonly SentCall[], stages: KnownStages): GivenVariable[] {
  const paths = new Set(calls.flatMap(({ input }) => pathsOfGivenVariables(input)));
  return [...paths].flatMap((path) =>
    path === '/variables'
      ? copiedNames(stages).map((name) => ['variables', name])
      : [path.slice(1).split('/')],
  );
}
