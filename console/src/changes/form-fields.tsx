import { useId, type ReactNode } from 'react';

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
export function Field({ label, problem, children }: FieldProps) {
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

export function NumberField({ value, onChange, isFirst = false, ...field }: NumberFieldProps) {
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
export function PlanForm({ busy, onPlan, onCancel, children }: PlanFormProps) {
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
export const numberOf = (text: string): number | undefined => (text.trim() === '' ? undefined : Number(text));
export const SHARE_MISSING = 'Type a share from 0 to 100.';
export const LIMIT_MISSING = 'Type a number; -1 means no limit.';

export const UNCHANGED = 'Nothing would change: the form says what the stage has already.';
