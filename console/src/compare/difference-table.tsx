import type { ComparisonQuery, StagePart } from '../__generated__/graphql.ts';
import { stageHref, type StageKey } from '../address.ts';
import { linesOfChanges } from '../words/changes.ts';
import { inheritedFrom } from '../words/method-settings.ts';
import { namesOf, type PlanLine } from '../words/plan-line.ts';
import { inWords } from '../words/values.ts';
import type { Labels } from './use-labels.ts';

export type ComparedStage = NonNullable<ComparisonQuery['stage']>;
export type Difference = NonNullable<ComparedStage['differencesFrom']>[number];

export const partsOf = (differences: readonly Difference[]): readonly StagePart[] => [
  ...new Set(differences.map(({ part }) => part)),
];

function Cell({ value }: { value: string | null }) {
  return value === null ? <span className="absent">none</span> : <span className="value">{value}</span>;
}

interface PartRowsProps {
  readonly part: StagePart;
  readonly lines: readonly PlanLine[];
  readonly columns: readonly [string, string];
}

function PartRows({ part, lines, columns }: PartRowsProps) {
  return (
    <tbody>
      {lines.length > 1 && (
        <tr className="part">
          <th scope="rowgroup" colSpan={3}>
            {inWords(part)}
          </th>
        </tr>
      )}
      {lines.map(({ what, before, after }) => (
        <tr key={what}>
          <th scope="row">{what}</th>
          <td data-label={columns[0]}>
            <Cell value={after} />
          </td>
          <td data-label={columns[1]}>
            <Cell value={before} />
          </td>
        </tr>
      ))}
    </tbody>
  );
}

interface DifferenceTableProps {
  readonly stage: ComparedStage;
  readonly other: StageKey;
  readonly labels: Labels;
  readonly differences: readonly Difference[];
}

/** What differs, part by part. */
export function DifferenceTable({ stage, other, labels, differences }: DifferenceTableProps) {
  const names = namesOf(stage.restApi?.deployments?.nodes ?? []);
  const inherited = inheritedFrom(stage.methodSettings);
  return (
    <div className="card">
      <table className="stacks compare">
        <thead>
          <tr>
            <th scope="col">What differs</th>
            <th scope="col">
              <a href={stageHref(stage)}>{labels.one}</a>
            </th>
            <th scope="col">
              <a href={stageHref(other)}>{labels.other}</a>
            </th>
          </tr>
        </thead>
        {partsOf(differences).map((part) => (
          <PartRows
            key={part}
            part={part}
            lines={linesOfChanges(
              differences.filter((each) => each.part === part),
              names,
              inherited,
            )}
            columns={[labels.one, labels.other]}
          />
        ))}
      </table>
    </div>
  );
}
