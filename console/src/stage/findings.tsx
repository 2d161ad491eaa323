import type { LiveQuery } from '../__generated__/graphql.ts';
import { fix } from '../changes/wish.ts';
import { Section } from '../parts/section.tsx';
import { inWords } from '../words/values.ts';
import { useOffers, useStageOnScreen } from './stage-context.ts';

type Finding = NonNullable<NonNullable<LiveQuery['stage']>['findings']>[number];

const ranks = { HIGH: 0, MEDIUM: 1, LOW: 2 } as const;

/** What deserves attention, the worst first. */
export function FindingsSection({ findings, loading }: { findings: readonly Finding[] | undefined; loading: boolean }) {
  const { begin } = useStageOnScreen();
  const offers = useOffers();
  if (loading && findings === undefined) return null;
  const sorted = [...(findings ?? [])].sort((one, other) => ranks[one.severity] - ranks[other.severity]);
  return (
    <Section title={sorted.length === 0 ? 'Findings' : `Findings (${String(sorted.length)})`}>
      {findings?.length === 0 && <p>Nothing deserves attention.</p>}
      <ul className="findings">
        {sorted.map(({ code, severity, message, fix: operations }, index) => (
          <li key={index}>
            <span className={`badge ${severity.toLowerCase()}`}>{severity.toLowerCase()}</span>
            <div>
              <strong>{inWords(code)}</strong>
              <p>{message}</p>
            </div>
            {operations !== null && offers('patchStage') && (
              <button
                onClick={() => {
                  const wish = fix(
                    inWords(code),
                    operations.map(({ op, path, value, from }) => ({ op, path, value, from })),
                  );
                  begin({ title: wish.title, wish });
                }}
              >
                Fix it … <span className="visually-hidden">{inWords(code)}</span>
              </button>
            )}
          </li>
        ))}
      </ul>
    </Section>
  );
}
