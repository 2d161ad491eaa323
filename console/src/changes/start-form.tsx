import { useState } from 'react';
import type { StageDetailsFragment } from '../__generated__/graphql.ts';
import { dateOf } from '../words/values.ts';
import { startCanary } from './change-request.ts';
import { Field, NumberField, numberOf, PlanForm, SHARE_MISSING } from './form-fields.tsx';
import type { FormProps, Intent } from './intent.ts';

interface DeploymentChoice {
  readonly deploymentId: string;
  readonly description: string | null;
  readonly createdDate: string;
}

const nameOf = ({ description, deploymentId }: DeploymentChoice): string => description ?? deploymentId;

const label = (each: DeploymentChoice): string => `${nameOf(each)} (${dateOf(each.createdDate)})`;

type Overrides = Readonly<Record<string, string>>;

interface OverrideFieldsProps {
  readonly variables: StageDetailsFragment['variables'];
  readonly overrides: Overrides;
  readonly onChange: (overrides: Overrides) => void;
}

/** A field for each variable of the stage; empty: the canary takes the value of the stage. */
function OverrideFields({ variables, overrides, onChange }: OverrideFieldsProps) {
  if (variables.length === 0) return null;
  return (
    <details>
      <summary>Other values of variables for the canary</summary>
      {variables.map(({ name, value }) => (
        <Field key={name} label={name} problem="">
          {(field) => (
            <input
              {...field}
              value={overrides[name] ?? ''}
              placeholder={value ?? 'as the stage'}
              onChange={({ target }) => onChange({ ...overrides, [name]: target.value })}
            />
          )}
        </Field>
      ))}
    </details>
  );
}

interface StartFormProps extends FormProps {
  readonly stage: StageDetailsFragment;
  /** Those that the stage does not serve, the newest first. */
  readonly others: readonly [DeploymentChoice, ...DeploymentChoice[]];
}

function StartForm({ stage, others, onRequest, onProblem, onCancel, busy, problemOf }: StartFormProps) {
  const [chosen, setChosen] = useState(others[0]);
  const [share, setShare] = useState('10');
  const [overrides, setOverrides] = useState<Overrides>({});
  const given = Object.entries(overrides)
    .filter(([, value]) => value !== '')
    .map(([name, value]) => ({ name, value }));
  const plan = () => {
    const percent = numberOf(share);
    if (percent === undefined) onProblem(SHARE_MISSING, 'percentTraffic');
    else onRequest(startCanary(chosen.deploymentId, percent, given, nameOf(chosen)));
  };
  const choose = (deploymentId: string) =>
    setChosen(others.find((each) => each.deploymentId === deploymentId) ?? chosen);
  return (
    <PlanForm busy={busy} onCancel={onCancel} onPlan={plan}>
      <Field label="Deployment to try" problem={problemOf('deploymentId')}>
        {(field) => (
          <select {...field} value={chosen.deploymentId} onChange={({ target }) => choose(target.value)}>
            {others.map((each) => (
              <option key={each.deploymentId} value={each.deploymentId}>
                {label(each)}
              </option>
            ))}
          </select>
        )}
      </Field>
      <NumberField
        label="Share of the traffic, in percent"
        problem={problemOf('percentTraffic')}
        value={share}
        onChange={setShare}
        isFirst
      />
      <OverrideFields variables={stage.variables} overrides={overrides} onChange={setOverrides} />
      <p className="problem" aria-live="polite">
        {problemOf('setVariableOverrides')}
      </p>
    </PlanForm>
  );
}

function NothingToTry({ onCancel }: Pick<FormProps, 'onCancel'>) {
  return (
    <>
      <p>The API has no other deployment. Deploy it first; then a canary can try what was deployed.</p>
      <p className="actions">
        <button type="button" onClick={onCancel}>
          Close
        </button>
      </p>
    </>
  );
}

export function startIntent(stage: StageDetailsFragment, deployments: readonly DeploymentChoice[]): Intent {
  const [newest, ...older] = deployments
    .filter(({ deploymentId }) => deploymentId !== stage.deploymentId)
    .sort((one, other) => Date.parse(other.createdDate) - Date.parse(one.createdDate));
  return {
    title: 'Start a canary',
    fields: ['deploymentId', 'percentTraffic', 'setVariableOverrides'],
    form: (props) =>
      newest === undefined ? (
        <NothingToTry {...props} />
      ) : (
        <StartForm {...props} stage={stage} others={[newest, ...older]} />
      ),
  };
}
