import { useId, useState, type ReactNode } from 'react';
import type { StageDetailsFragment, StageHttpMethod } from '../__generated__/graphql.ts';
import { dateOf } from '../words/values.ts';
import type { Intent } from './change-dialog.tsx';
import { changeVariables, moveTraffic, startCanary, throttle } from './wish.ts';

interface DeploymentChoice {
  readonly deploymentId: string;
  readonly description: string | null;
  readonly createdDate: string;
}

interface FieldProps {
  readonly label: string;
  readonly problem: string;
  readonly children: (props: {
    readonly id: string;
    readonly 'aria-invalid': boolean;
    readonly 'aria-describedby': string;
  }) => ReactNode;
}

/** A field with its label and what is wrong with it, tied together for screen readers. */
function Field({ label, problem, children }: FieldProps) {
  const id = useId();
  return (
    <p className="field">
      <label htmlFor={id}>{label}</label>
      {children({ id, 'aria-invalid': problem !== '', 'aria-describedby': `${id}-problem` })}
      <span id={`${id}-problem`} className="problem" aria-live="polite">
        {problem}
      </span>
    </p>
  );
}

interface NumberFieldProps extends Omit<FieldProps, 'children'> {
  readonly value: string;
  readonly onChange: (value: string) => void;
  /** It has the focus when the form opens. */
  readonly isFirst?: boolean;
}

function NumberField({ value, onChange, isFirst = false, ...field }: NumberFieldProps) {
  return (
    <Field {...field}>
      {(props) => (
        <input
          {...props}
          type="number"
          step="any"
          data-first={isFirst ? '' : undefined}
          value={value}
          onChange={({ target }) => onChange(target.value)}
        />
      )}
    </Field>
  );
}

interface PlanFormProps {
  readonly busy: boolean;
  readonly onPlan: () => void;
  readonly onCancel: () => void;
  readonly children: ReactNode;
}

/** The gateway knows what it takes, and says what is wrong: no form has a second set of rules. */
function PlanForm({ busy, onPlan, onCancel, children }: PlanFormProps) {
  return (
    <form
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        onPlan();
      }}
    >
      {children}
      <p className="actions">
        <button className="primary" disabled={busy}>
          Show the plan
        </button>
        <button type="button" onClick={onCancel}>
          Cancel
        </button>
      </p>
    </form>
  );
}

/** An empty field is not 0: its number is missing. */
const numberOf = (text: string): number | undefined => (text.trim() === '' ? undefined : Number(text));
const SHARE_MISSING = 'Type a share from 0 to 100.';
const LIMIT_MISSING = 'Type a number; -1 means no limit.';

const UNCHANGED = 'Nothing would change: the form says what the stage has already.';

type FormProps = Parameters<Extract<Intent, { form: unknown }>['form']>[0];

function TrafficForm({ now, onWish, onProblem, onCancel, busy, problemOf }: FormProps & { now: number }) {
  const [share, setShare] = useState(String(now));
  const plan = () => {
    const percent = numberOf(share);
    if (percent === undefined) onProblem(SHARE_MISSING, 'percentTraffic');
    else onWish(moveTraffic(percent));
  };
  return (
    <PlanForm busy={busy} onCancel={onCancel} onPlan={plan}>
      <NumberField
        label="Share of the traffic, in percent"
        problem={problemOf('percentTraffic')}
        value={share}
        onChange={setShare}
        isFirst
      />
    </PlanForm>
  );
}

const nameOf = ({ description, deploymentId }: DeploymentChoice): string => description ?? deploymentId;

interface StartFormProps extends FormProps {
  readonly stage: StageDetailsFragment;
  readonly deployments: readonly DeploymentChoice[];
}

function StartForm({ stage, deployments, onWish, onProblem, onCancel, busy, problemOf }: StartFormProps) {
  const others = deployments
    .filter(({ deploymentId }) => deploymentId !== stage.deploymentId)
    .sort((one, other) => Date.parse(other.createdDate) - Date.parse(one.createdDate));
  const [deploymentId, setDeploymentId] = useState(others[0]?.deploymentId ?? '');
  const [share, setShare] = useState('10');
  const [overrides, setOverrides] = useState<Readonly<Record<string, string>>>({});
  const chosen = others.find((each) => each.deploymentId === deploymentId);
  if (chosen === undefined) {
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
  const given = Object.entries(overrides)
    .filter(([, value]) => value !== '')
    .map(([name, value]) => ({ name, value }));
  const plan = () => {
    const percent = numberOf(share);
    if (percent === undefined) onProblem(SHARE_MISSING, 'percentTraffic');
    else onWish(startCanary(deploymentId, percent, given, nameOf(chosen)));
  };
  return (
    <PlanForm busy={busy} onCancel={onCancel} onPlan={plan}>
      <Field label="Deployment to try" problem={problemOf('deploymentId')}>
        {(field) => (
          <select {...field} value={deploymentId} onChange={({ target }) => setDeploymentId(target.value)}>
            {others.map((each) => (
              <option key={each.deploymentId} value={each.deploymentId}>
                {nameOf(each)} ({dateOf(each.createdDate)})
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
      {stage.variables.length > 0 && (
        <details>
          <summary>Other values of variables for the canary</summary>
          {stage.variables.map(({ name, value }) => (
            <Field key={name} label={name} problem="">
              {(field) => (
                <input
                  {...field}
                  value={overrides[name] ?? ''}
                  placeholder={value ?? 'as the stage'}
                  onChange={({ target }) => setOverrides({ ...overrides, [name]: target.value })}
                />
              )}
            </Field>
          ))}
        </details>
      )}
      <p className="problem" aria-live="polite">
        {problemOf('setVariableOverrides')}
      </p>
    </PlanForm>
  );
}

/** A method, or the default entry (`*` with `ALL`), with the throttle that it has now. */
export interface ThrottledMethod {
  readonly resourcePath: string;
  readonly httpMethod: StageHttpMethod;
  readonly rate: number;
  readonly burst: number;
}

function ThrottleForm({
  method,
  onWish,
  onProblem,
  onCancel,
  busy,
  problemOf,
}: FormProps & { method: ThrottledMethod }) {
  const [rate, setRate] = useState(String(method.rate));
  const [burst, setBurst] = useState(String(method.burst));
  const [block, setBlock] = useState(false);
  const isZero = numberOf(rate) === 0 || numberOf(burst) === 0;
  const plan = () => {
    const throttlingRateLimit = numberOf(rate);
    const throttlingBurstLimit = numberOf(burst);
    if (throttlingRateLimit === undefined || throttlingBurstLimit === undefined) {
      onProblem(
        LIMIT_MISSING,
        throttlingRateLimit === undefined ? 'throttlingRateLimit' : 'throttlingBurstLimit',
      );
      return;
    }
    const settings = {
      ...(throttlingRateLimit !== method.rate && { throttlingRateLimit }),
      ...(throttlingBurstLimit !== method.burst && { throttlingBurstLimit }),
      ...(isZero && block && { blockAllTraffic: true }),
    };
    if (Object.keys(settings).length === 0) onProblem(UNCHANGED);
    else onWish(throttle(method.resourcePath, method.httpMethod, settings));
  };
  return (
    <PlanForm busy={busy} onCancel={onCancel} onPlan={plan}>
      <NumberField
        label="Requests per second"
        problem={problemOf('throttlingRateLimit')}
        value={rate}
        onChange={setRate}
        isFirst
      />
      <NumberField
        label="Requests at once (burst)"
        problem={problemOf('throttlingBurstLimit')}
        value={burst}
        onChange={setBurst}
      />
      {isZero && (
        <p className="field">
          <label>
            <input type="checkbox" checked={block} onChange={({ target }) => setBlock(target.checked)} />{' '}
            Refuse every request: 0 is meant
          </label>
        </p>
      )}
      <p className="hint">-1 means no limit but that of the account.</p>
    </PlanForm>
  );
}

interface Row {
  readonly key: number;
  readonly name: string;
  readonly value: string;
  /** The name was there before. */
  readonly isOld: boolean;
  readonly removed: boolean;
}

const emptyRow = (key: number): Row => ({ key, name: '', value: '', isOld: false, removed: false });
const lacksName = ({ name, value }: Row): boolean => name === '' && value !== '';

interface VariableRowProps {
  readonly row: Row;
  /** Its value is not shown to the caller. */
  readonly isHidden: boolean;
  /** What is wrong with its name. */
  readonly problem: string;
  readonly onEdit: (edited: Partial<Row>) => void;
}

function VariableRow({ row, isHidden, problem, onEdit }: VariableRowProps) {
  const { name, value, isOld, removed } = row;
  const id = useId();
  return (
    <li className={removed ? 'removed' : ''}>
      {isOld ? (
        <code>{name}</code>
      ) : (
        <input
          aria-label="Name of a new variable"
          aria-invalid={problem !== ''}
          aria-describedby={id}
          placeholder="new variable"
          value={name}
          onChange={({ target }) => onEdit({ name: target.value })}
        />
      )}
      <input
        aria-label={isOld ? `Value of ${name}` : 'Value of the new variable'}
        value={value}
        placeholder={isHidden ? 'hidden; stays as it is' : ''}
        disabled={removed}
        onChange={({ target }) => onEdit({ value: target.value })}
      />
      {isOld && (
        <button type="button" onClick={() => onEdit({ removed: !removed })}>
          {removed ? 'Keep' : 'Remove'} <span className="visually-hidden">{name}</span>
        </button>
      )}
      {!isOld && (
        <span id={id} className="problem" aria-live="polite">
          {problem}
        </span>
      )}
    </li>
  );
}

function VariablesForm({
  stage,
  onWish,
  onProblem,
  onCancel,
  busy,
  problemOf,
}: FormProps & { stage: StageDetailsFragment }) {
  const before = new Map(stage.variables.map(({ name, value }) => [name, value ?? '']));
  const [rows, setRows] = useState<readonly Row[]>([
    ...stage.variables.map(({ name, value }, key) => ({
      key,
      name,
      value: value ?? '',
      isOld: true,
      removed: false,
    })),
    emptyRow(stage.variables.length),
  ]);
  const plan = () => {
    if (rows.some(lacksName)) {
      onProblem('Type a name for this value.', 'name');
      return;
    }
    const set = rows
      .filter(({ removed, name }) => !removed && name !== '')
      .filter(({ name, value, isOld }) => !isOld || before.get(name) !== value)
      .map(({ name, value }) => ({ name, value }));
    const removed = rows.filter((row) => row.removed).map(({ name }) => name);
    if (set.length + removed.length === 0) onProblem(UNCHANGED);
    else onWish(changeVariables(set, removed));
  };
  const hidden = new Set(stage.variables.filter(({ redacted }) => redacted).map(({ name }) => name));
  return (
    <PlanForm busy={busy} onCancel={onCancel} onPlan={plan}>
      <ul className="rows">
        {rows.map((row) => (
          <VariableRow
            key={row.key}
            row={row}
            isHidden={hidden.has(row.name)}
            problem={lacksName(row) ? problemOf('name') : ''}
            onEdit={(edited) =>
              setRows(rows.map((each) => (each.key === row.key ? { ...each, ...edited } : each)))
            }
          />
        ))}
      </ul>
      <button type="button" onClick={() => setRows([...rows, emptyRow(rows.length)])}>
        One more
      </button>
      <p className="problem" aria-live="polite">
        {problemOf('set', 'remove')}
      </p>
    </PlanForm>
  );
}

export const trafficIntent = (now: number): Intent => ({
  title: 'Change the traffic of the canary',
  fields: ['percentTraffic'],
  form: (props) => <TrafficForm {...props} now={now} />,
});

export const startIntent = (
  stage: StageDetailsFragment,
  deployments: readonly DeploymentChoice[],
): Intent => ({
  title: 'Start a canary',
  fields: ['deploymentId', 'percentTraffic', 'setVariableOverrides'],
  form: (props) => <StartForm {...props} stage={stage} deployments={deployments} />,
});

export const throttleIntent = (method: ThrottledMethod): Intent => ({
  title:
    method.resourcePath === '*'
      ? 'Throttle all methods without settings of their own'
      : `Throttle ${method.httpMethod} ${method.resourcePath}`,
  fields: ['throttlingRateLimit', 'throttlingBurstLimit'],
  form: (props) => <ThrottleForm {...props} method={method} />,
});

export const variablesIntent = (stage: StageDetailsFragment): Intent => ({
  title: 'Change variables',
  fields: ['set', 'remove', 'name'],
  form: (props) => <VariablesForm {...props} stage={stage} />,
});
