import { isPermitted, type Action } from '../changes/change-request.ts';
import { Section } from '../parts/section.tsx';
import { mutationWords } from '../words/graph-names.ts';
import { useStageOnScreen } from './stage-context.ts';

/** One entry for each change of the page, in the order in which they are listed. */
const listed = {
  setCanarySettings: true,
  promoteCanary: true,
  removeCanary: true,
  setMethodSetting: true,
  setStageVariables: true,
  revertStage: true,
  copyStageSettings: true,
  recordStageBaseline: true,
  patchStage: true,
} as const satisfies Readonly<Record<Action, true>>;

const isAction = (name: string): name is Action => name in listed;
const actions = Object.keys(listed).filter(isAction);

function summaryOf(permitted: number): string {
  if (permitted === 0) return 'You may look at this stage, and change nothing.';
  if (permitted === actions.length) return 'You may make each change that this page offers.';
  return 'You may make some changes. For the others your token has no scope, or a policy does not permit them.';
}

/** What scopes and policies let the caller do here. */
export function PermissionsSection() {
  const { stage } = useStageOnScreen();
  const isPermittedHere = (action: Action) => isPermitted(stage, action);
  return (
    <Section title="What you may do">
      <p>{summaryOf(actions.filter(isPermittedHere).length)}</p>
      <ul className="permissions">
        {actions.map((action) => (
          <li key={action}>
            {isPermittedHere(action) ? (
              <span className="badge ok">yes</span>
            ) : (
              <span className="badge low">no</span>
            )}{' '}
            {mutationWords[action]}
          </li>
        ))}
      </ul>
    </Section>
  );
}
