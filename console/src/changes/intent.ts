import type { ReactNode } from 'react';
import type { ChangeRequest } from './change-request.ts';

/** The fields that forms show, by the names of the input. */
export type FormField =
  | 'percentTraffic'
  | 'deploymentId'
  | 'setVariableOverrides'
  | 'throttlingRateLimit'
  | 'throttlingBurstLimit'
  | 'set'
  | 'remove'
  /** Of a new variable. */
  | 'name';

export interface FormProps {
  /** Shows the plan of what the form says. */
  readonly onRequest: (request: ChangeRequest) => void;
  /** What the form says is no change yet: nothing is sent. */
  readonly onProblem: (message: string, field?: FormField) => void;
  readonly onCancel: () => void;
  readonly busy: boolean;
  /** What is wrong with a field. */
  readonly problemOf: (...fields: FormField[]) => string;
}

/** What a person wants to do: at once, or after filling in a form. */
export type Intent = { readonly title: string } & (
  | { readonly request: ChangeRequest }
  | {
      readonly form: (props: FormProps) => ReactNode;
      /** The fields that say themselves what is wrong with them; the rest is said below the form. */
      readonly fields: readonly FormField[];
    }
);
