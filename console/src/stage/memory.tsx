import { useQuery } from '@apollo/client/react';
import { MemoryDocument, type MemoryQuery, type StagePart } from '../__generated__/graphql.ts';
import { type Note, recordBaseline, revert } from '../changes/change-request.ts';
import { PlanLines } from '../changes/plan-view.tsx';
import { Failure } from '../parts/failure.tsx';
import { Section } from '../parts/section.tsx';
import { Ago } from '../parts/time.tsx';
import { inheritedOn, linesOfChanges } from '../words/changes.ts';
import { mutationInWords } from '../words/graph-names.ts';
import { inheritedFrom } from '../words/method-settings.ts';
import { inWords } from '../words/values.ts';
import { useOffers, useStageOnScreen } from './stage-context.ts';

type Remembered = NonNullable<MemoryQuery['stage']>;
type Entry = NonNullable<Remembered['history']>['nodes'][number];

const PAGE = 6;

function whoOf({ source, by, client }: Entry): string {
  const who = by ?? (source === 'OBSERVED' ? 'Another tool' : 'Someone not signed in');
  return client === null ? who : `${who}, with ${client}`;
}

function whatOf({ source, mutation }: Entry): string {
  if (source === 'BASELINE') return 'Baseline';
  return mutation === null ? 'Seen from outside' : mutationInWords(mutation);
}

const outcomes = { APPLIED: '', PARTIAL: 'made in part', UNKNOWN: 'outcome not known yet' } as const;

const partsOf = ({ changes }: Entry): readonly StagePart[] => [...new Set(changes.map(({ part }) => part))];

/** Parts go back as a whole: what was changed in them later is undone, too. */
function laterChanges(entry: Entry, later: readonly Entry[]): readonly Note[] {
  const parts = partsOf(entry);
  const also = new Set(later.flatMap(partsOf));
  const touched = parts.filter((part) => also.has(part)).map((part) => inWords(part).toLowerCase());
  if (touched.length === 0) return [];
  const text = `This also undoes later changes of: ${touched.join(', ')}.`;
  return [{ text, isWarning: true }];
}

interface HistoryEntryProps {
  readonly entry: Entry;
  /** What came after it, the newest first. */
  readonly later: readonly Entry[];
}

function HistoryEntry({ entry, later }: HistoryEntryProps) {
  const { stage, names, begin } = useStageOnScreen();
  const offers = useOffers();
  const { at, changes, outcome, revisionBefore } = entry;
  const inheritedThen = later.reduce(
    (inherited, each) => inheritedOn('before', each.changes, inherited),
    inheritedFrom(stage.methodSettings),
  );
  const undo = () => {
    if (revisionBefore === null) return;
    const request = revert(revisionBefore, partsOf(entry), whatOf(entry), laterChanges(entry, later));
    begin({ title: request.title, request });
  };
  return (
    <li>
      <p className="entry">
        <strong>{whatOf(entry)}</strong>
        {outcomes[outcome] !== '' && <span className="badge medium">{outcomes[outcome]}</span>}
        {revisionBefore !== null && changes.length > 0 && offers('revertStage') && (
          <button onClick={undo}>
            Undo … <span className="visually-hidden">{whatOf(entry)}</span>
          </button>
        )}
      </p>
      <p className="hint">
        {whoOf(entry)}, <Ago at={at} />
      </p>
      <PlanLines lines={linesOfChanges(changes, names, inheritedThen)} />
    </li>
  );
}

function Drift({ drift }: { drift: Remembered['drift'] }) {
  const { stage, names, begin } = useStageOnScreen();
  const offers = useOffers();
  return (
    <Section
      title="Drift"
      actions={
        offers('recordStageBaseline') && (
          <button onClick={() => begin({ title: recordBaseline.title, request: recordBaseline })}>
            {drift === null ? 'Record a baseline …' : 'Record a new baseline …'}
          </button>
        )
      }
    >
      {drift === null && <p>The stage has no baseline, so drift is not measured.</p>}
      {drift?.changes.length === 0 && (
        <p>
          The stage is as its baseline of <Ago at={drift.since} /> says.
        </p>
      )}
      {drift !== null && drift.changes.length > 0 && (
        <>
          <p className="warning">
            The stage differs from its baseline of <Ago at={drift.since} />:
          </p>
          <PlanLines lines={linesOfChanges(drift.changes, names, inheritedFrom(stage.methodSettings))} />
        </>
      )}
    </Section>
  );
}

/** What the gateway remembers: who changed what, and how the stage differs from its baseline. */
export function MemorySections() {
  const { stage } = useStageOnScreen();
  const { account, region, restApiId, stageName } = stage;
  const { data, error, fetchMore, loading } = useQuery(MemoryDocument, {
    variables: { account, region, restApiId, stageName, first: PAGE },
    errorPolicy: 'all',
    fetchPolicy: 'cache-and-network',
  });
  const history = data?.stage?.history;
  const isForgetful = error !== undefined && history == null;
  return (
    <>
      <Section title="History">
        {loading && history == null && <p role="status">Loading …</p>}
        {isForgetful && <Failure error={error} what="The history cannot be shown" />}
        {history?.nodes.length === 0 && <p>No change has been recorded yet.</p>}
        <ol className="history">
          {history?.nodes.map((entry, index, nodes) => (
            <HistoryEntry key={entry.id} entry={entry} later={nodes.slice(0, index)} />
          ))}
        </ol>
        {history?.pageInfo.hasNextPage === true && (
          <button
            disabled={loading}
            onClick={() => void fetchMore({ variables: { after: history.pageInfo.endCursor } })}
          >
            Earlier changes
          </button>
        )}
      </Section>
      {data?.stage?.drift !== undefined && !isForgetful && <Drift drift={data.stage.drift} />}
    </>
  );
}
