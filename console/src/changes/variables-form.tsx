import { useId, useState } from 'react';
import type { StageDetailsFragment } from '../__generated__/graphql.ts';
import { changeVariables } from './change-request.ts';
import { PlanForm, UNCHANGED } from './form-fields.tsx';
import type { FormProps, Intent } from './intent.ts';

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
  onRequest,
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
    else onRequest(changeVariables(set, removed));
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

export const variablesIntent = (stage: StageDetailsFragment): Intent => ({
  title: 'Change variables',
  fields: ['set', 'remove', 'name'],
  form: (props) => <VariablesForm {...props} stage={stage} />,
});
