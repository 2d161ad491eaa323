import { useQuery } from '@apollo/client/react';
import { useState } from 'react';
import { ComparisonDocument, type ComparisonQuery, type StagePart } from '../__generated__/graphql.ts';
import { compareHref, stageHref, type StageKey } from '../address.ts';
import { ChangeDialog, type Intent } from '../changes/change-dialog.tsx';
import { copyFrom } from '../changes/wish.ts';
import { Done } from '../parts/done.tsx';
import { Failure } from '../parts/failure.tsx';
import { Ago } from '../parts/time.tsx';
import { useTitle } from '../parts/use-title.ts';
import { usePermissions } from '../stage/use-permissions.ts';
import { linesOfChanges } from '../words/changes.ts';
import { inheritedFrom } from '../words/method-settings.ts';
import { namesOf, type PlanLine } from '../words/plan-line.ts';
import { inWords } from '../words/values.ts';

type ComparedStage = NonNullable<ComparisonQuery['stage']>;

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

/** What no copy may take over: deployments, canaries and documentation of another API, and what belongs to another target. */
const ofApi: readonly StagePart[] = ['DEPLOYMENT', 'CANARY_SETTINGS', 'DOCUMENTATION_VERSION'];
const ofTarget: readonly StagePart[] = ['ACCESS_LOG_SETTINGS', 'CLIENT_CERTIFICATE'];

interface ComparisonProps {
  readonly stage: ComparedStage;
  readonly other: StageKey;
  readonly onChanged: () => void;
}

function Comparison({ stage, other, onChanged }: ComparisonProps) {
  const permissions = usePermissions(stage);
  const [intent, setIntent] = useState<Intent>();
  const [done, setDone] = useState('');
  const changes = stage.differencesFrom ?? [];
  const names = namesOf(stage.restApi?.deployments?.nodes ?? []);
  const parts = [...new Set(changes.map(({ part }) => part))];
  const from = {
    account: other.account ?? stage.account,
    region: other.region ?? stage.region,
    restApiId: other.restApiId,
    stageName: other.stageName,
  };
  const isSameTarget = from.account === stage.account && from.region === stage.region;
  const isSameApi = isSameTarget && from.restApiId === stage.restApiId;
  const copied = parts.filter(
    (part) => (isSameApi || !ofApi.includes(part)) && (isSameTarget || !ofTarget.includes(part)),
  );
  const mayCopy = permissions.refusals !== undefined && permissions.refusals.copyStageSettings === undefined;
  const hidesVariables = stage.variables.some(({ redacted }) => redacted);
  return (
    <>
      <Done text={done} />
      {hidesVariables && (
        <p className="notice">You may not see the values of variables, so they are not compared.</p>
      )}
      {changes.length === 0 ? (
        <p className="card">They do not differ.</p>
      ) : (
        <div className="card">
          <table className="stacks compare">
            <thead>
              <tr>
                <th scope="col">What differs</th>
                <th scope="col">
                  <a href={stageHref(stage)}>{stage.stageName}</a>
                </th>
                <th scope="col">
                  <a href={stageHref(other)}>{other.stageName}</a>
                </th>
              </tr>
            </thead>
            {parts.map((part) => (
              <PartRows
                key={part}
                part={part}
                lines={linesOfChanges(
                  changes.filter((change) => change.part === part),
                  names,
                  inheritedFrom(stage.methodSettings),
                )}
                columns={[stage.stageName, other.stageName]}
              />
            ))}
          </table>
        </div>
      )}
      {mayCopy && copied.length > 0 && (
        <div className="card">
          <h2>
            Make {stage.stageName} the same as {other.stageName}
          </h2>
          <ul className="links">
            {copied.map((part) => (
              <li key={part}>
                <button
                  onClick={() => {
                    const wish = copyFrom(from, [part]);
                    setIntent({ title: wish.title, wish });
                  }}
                >
                  {inWords(part)} …
                </button>
              </li>
            ))}
          </ul>
        </div>
      )}
      {intent !== undefined && (
        <ChangeDialog
          intent={intent}
          stage={stage}
          names={names}
          onClose={() => setIntent(undefined)}
          onDone={({ done: text }) => {
            setIntent(undefined);
            setDone(text);
            onChanged();
          }}
          onStale={onChanged}
          onForbidden={({ action }, reason) => permissions.forbid(action, reason)}
        />
      )}
    </>
  );
}

/** When AWS was asked about both, or which of them does not exist. */
function Compared({ of, stage }: { of: StageKey; stage: { readonly observedAt: string } | null }) {
  if (stage === null) {
    return (
      <p role="alert">
        There is no stage <code>{of.stageName}</code> of <code>{of.restApiId}</code>.
      </p>
    );
  }
  return (
    <p className="hint">
      <code>{of.restApiId}</code> {of.stageName}: seen at AWS <Ago at={stage.observedAt} />
    </p>
  );
}

/** What differs between two stages. */
export function ComparePage({ one, other }: { one: StageKey; other: StageKey }) {
  useTitle(`${one.stageName} and ${other.stageName} compared`);
  // Without a target of its own the other one is of the same as the first.
  const otherAccount = other.account ?? one.account;
  const otherRegion = other.region ?? one.region;
  const { data, error, loading, refetch } = useQuery(ComparisonDocument, {
    variables: {
      ...one,
      otherRestApiId: other.restApiId,
      otherStageName: other.stageName,
      ...(otherAccount !== undefined && { otherAccount }),
      ...(otherRegion !== undefined && { otherRegion }),
    },
    errorPolicy: 'all',
    fetchPolicy: 'network-only',
  });
  const stage = data?.stage;
  return (
    <>
      <p className="crumbs">
        <a href="#/">Stages</a>
      </p>
      <h1>
        {one.stageName} and {other.stageName} compared
      </h1>
      <p className="hint">
        <a href={compareHref(other, one)}>The other way round</a>
      </p>
      {error !== undefined && (
        <Failure error={error} what="They could not be compared" onRetry={() => void refetch()} />
      )}
      {loading && data === undefined && <p role="status">Loading …</p>}
      {data !== undefined && (error === undefined || data.stage !== null) && (
        <Compared of={one} stage={data.stage} />
      )}
      {data !== undefined && (error === undefined || data.other !== null) && (
        <Compared of={other} stage={data.other} />
      )}
      {stage?.differencesFrom != null && (
        <Comparison key={stage.id} stage={stage} other={other} onChanged={() => void refetch()} />
      )}
    </>
  );
}
