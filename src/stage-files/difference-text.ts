import { styleText } from 'node:util';
import { withoutControls } from '../untrusted/printable.ts';
import type { Applied, FieldChange } from './apply-file.ts';

const marks = {
  ADDED: { sign: '+', color: 'green' },
  CHANGED: { sign: '~', color: 'yellow' },
  REMOVED: { sign: '-', color: 'red' },
} as const;

function valuesOf({ kind, before, after, redacted }: FieldChange): string {
  if (redacted) return '(hidden)';
  const [one, other] = [before, after].map((value) => (value === null ? undefined : withoutControls(value)));
  if (kind === 'ADDED') return other ?? '(as the default entry)';
  if (kind === 'REMOVED') return one ?? '(as the default entry)';
  return `${one ?? ''} → ${other ?? ''}`;
}

const count = (changes: readonly FieldChange[], kind: FieldChange['kind']): number =>
  changes.filter((change) => change.kind === kind).length;

/** The changes for people, a line each, and what they amount to. */
export function differenceText(
  { changes, plan, warnings }: Applied,
  isDone: boolean,
  isColored: boolean,
): string {
  const paint = (kind: FieldChange['kind'], text: string): string =>
    isColored ? styleText(marks[kind].color, text, { validateStream: false }) : text;
  const names = changes.map(({ path }) => withoutControls(path.join(' ')));
  const width = Math.min(60, Math.max(0, ...names.map(({ length }) => length)));
  const lines = changes.map((change, index) => {
    const name = (names[index] ?? '').padEnd(width);
    return paint(change.kind, `  ${marks[change.kind].sign} ${name}  ${valuesOf(change)}`);
  });
  const verbs = isDone ? ['added', 'changed', 'removed'] : ['to add', 'to change', 'to remove'];
  const counts = (['ADDED', 'CHANGED', 'REMOVED'] as const).map(
    (kind, index) => `${count(changes, kind)} ${verbs[index] ?? ''}`,
  );
  const sum = `${counts.join(', ')}.`;
  return [
    ...lines,
    ...warnings.map(({ code, message }) => `  ! ${code}: ${withoutControls(message)}`),
    changes.length === 0
      ? 'Nothing to do: the stage is as the file says.'
      : isDone
        ? `Done: ${sum}`
        : `${sum} Plan: ${plan}`,
  ].join('\n');
}
