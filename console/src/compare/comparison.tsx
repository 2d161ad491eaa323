import type { StagePart } from '../__generated__/graphql.ts';
import type { StageKey } from '../address.ts';
import { copyFrom, isPermitted } from '../changes/change-request.ts';
import type { Intent } from '../changes/intent.ts';
import { useChanges } from '../changes/use-changes.tsx';
import { namesOf } from '../words/plan-line.ts';
import { inWords } from '../words/values.ts';
import { type ComparedStage, DifferenceTable, partsOf } from './difference-table.tsx';
import type { Labels } from './use-labels.ts';

/** What no copy may take over: deployments, canaries and documentation of another API, and what belongs to another target. */
const ofApi: readonly StagePart[] = ['DEPLOYMENT', 'CANARY_SETTINGS', 'DOCUMENTATION_VERSION'];
const ofTarget: readonly StagePart[] = ['ACCESS_LOG_SETTINGS', 'CLIENT_CERTIFICATE'];

interface TakeOverProps {
  readonly stage: ComparedStage;
  readonly other: StageKey;
  readonly labels: Labels;
  readonly parts: readonly StagePart[];
  readonly begin: (intent: Intent) => void;
}

/** A button for each part that the stage can take over from the other one. */
function TakeOver({ stage, other, labels, parts, begin }: TakeOverProps) {
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
  if (copied.length === 0) return null;
  return (
    <div className="card">
      <h2>
        Make {labels.one} the same as {labels.other}
      </h2>
      <ul className="links">
        {copied.map((part) => (
          <li key={part}>
            <button
              onClick={() => {
                const request = copyFrom(from, labels.other, [part]);
                begin({ title: request.title, request });
              }}
            >
              {inWords(part)} …
            </button>
          </li>
        ))}
      </ul>
    </div>
  );
}

interface ComparisonProps {
  readonly stage: ComparedStage;
  readonly other: StageKey;
  readonly labels: Labels;
  readonly onChanged: () => void;
}

/** What differs, and what can be done about it. */
export function Comparison({ stage, other, labels, onChanged }: ComparisonProps) {
  const { begin, done, dialog } = useChanges({
    stage,
    names: namesOf(stage.restApi?.deployments?.nodes ?? []),
    load: onChanged,
  });
  const differences = stage.differencesFrom ?? [];
  return (
    <>
      {done}
      {stage.variables.some(({ redacted }) => redacted) && (
        <p className="notice">You may not see the values of variables, so they are not compared.</p>
      )}
      {differences.length === 0 ? (
        <p className="card">They do not differ.</p>
      ) : (
        <DifferenceTable stage={stage} other={other} labels={labels} differences={differences} />
      )}
      {isPermitted(stage, 'copyStageSettings') && (
        <TakeOver stage={stage} other={other} labels={labels} parts={partsOf(differences)} begin={begin} />
      )}
      {dialog}
    </>
  );
}
