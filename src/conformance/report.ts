import type { CaseResult, StepResult } from './replay.ts';

const isAsRecorded = ({ differences }: StepResult): boolean => differences.length === 0;

/** How many of the steps with a recorded answer are answered so. */
export function scoreOf(results: readonly CaseResult[]) {
  const steps = results.flatMap((result) => result.steps).filter(({ setup }) => !setup);
  return { passed: steps.filter(isAsRecorded).length, steps: steps.length };
}

/** Of one step; more would hide the others. */
const MAX_DIFFERENCES = 5;
const MAX_LENGTH = 400;

const short = (line: string): string => (line.length > MAX_LENGTH ? `${line.slice(0, MAX_LENGTH)}…` : line);

function stepLines({ step, op, differences }: StepResult): string[] {
  const more = differences.length - MAX_DIFFERENCES;
  return [
    `    step ${step}, ${op}`,
    ...differences.slice(0, MAX_DIFFERENCES).map((line) => `      ${short(line)}`),
    ...(more > 0 ? [`      and ${more} more differences`] : []),
  ];
}

/** A line for a case, and the differences below it. */
export function caseText(result: CaseResult): string {
  const { passed, steps } = scoreOf([result]);
  const head = `${passed === steps ? 'ok  ' : 'FAIL'} ${passed}/${steps}  ${result.id}`;
  const failed = result.steps.filter((step) => !isAsRecorded(step));
  return [head, ...failed.flatMap(stepLines)].join('\n');
}

export function scoreText(results: readonly CaseResult[]): string {
  const { passed, steps } = scoreOf(results);
  return `${passed} of ${steps} steps as recorded from AWS`;
}
