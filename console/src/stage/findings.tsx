import { useState } from 'react';
import type { LiveQuery } from '../__generated__/graphql.ts';
import { fix } from '../changes/change-request.ts';
import { Section } from '../parts/section.tsx';
import { findingWords } from '../words/findings.ts';
import { inPagesWords } from '../words/graph-names.ts';
import { plural } from '../words/values.ts';
import { useOffers, useStageOnScreen } from './stage-context.ts';

type Finding = NonNullable<NonNullable<LiveQuery['stage']>['findings']>[number];

const SHOWN_AT_FIRST = 8;

const ranks = { HIGH: 0, MEDIUM: 1, LOW: 2 } as const;

function FindingRow({ finding }: { finding: Finding }) {
  const { begin } = useStageOnScreen();
  const offers = useOffers();
  const { code, severity, message, fix: operations } = finding;
  const begins = () => {
    const request = fix(
      findingWords[code],
      (operations ?? []).map(({ op, path, value, from }) => ({ op, path, value, from })),
    );
    begin({ title: request.title, request });
  };
  return (
    <li>
      <span className={`badge ${severity.toLowerCase()}`}>{severity.toLowerCase()}</span>
      <div>
        <strong>{findingWords[code]}</strong>
        <p>{inPagesWords(message)}</p>
      </div>
      {operations !== null && offers('patchStage') && (
        <button onClick={begins}>
          Fix it … <span className="visually-hidden">{message}</span>
        </button>
      )}
    </li>
  );
}

interface FindingsSectionProps {
  readonly findings: readonly Finding[] | undefined;
  readonly loading: boolean;
}

/** What deserves attention, the worst first. */
export function FindingsSection({ findings, loading }: FindingsSectionProps) {
  const [all, setAll] = useState(false);
  const sorted = [...(findings ?? [])].sort((one, other) => ranks[one.severity] - ranks[other.severity]);
  const shown = all ? sorted : sorted.slice(0, SHOWN_AT_FIRST);
  return (
    <Section title={sorted.length === 0 ? 'Findings' : `Findings (${String(sorted.length)})`}>
      {loading && findings === undefined && <p role="status">Loading …</p>}
      {findings?.length === 0 && <p>Nothing deserves attention.</p>}
      <ul className="findings">
        {shown.map((finding, index) => (
          <FindingRow key={index} finding={finding} />
        ))}
      </ul>
      {sorted.length > shown.length && (
        <button onClick={() => setAll(true)}>Show all {plural(sorted.length, 'finding')}</button>
      )}
    </Section>
  );
}
