import { useState, type ReactNode } from 'react';
import type { StageDetailsFragment } from '../__generated__/graphql.ts';
import { Done } from '../parts/done.tsx';
import type { DeploymentNames } from '../words/plan-line.ts';
import { ChangeDialog } from './change-dialog.tsx';
import type { Intent } from './intent.ts';

interface ChangesOptions {
  readonly stage: StageDetailsFragment;
  readonly names: DeploymentNames;
  /** Loads the stage again. */
  readonly load: () => void;
}

interface Changes {
  readonly begin: (intent: Intent) => void;
  readonly hasBegun: boolean;
  /** What was done last. */
  readonly done: ReactNode;
  readonly dialog: ReactNode;
}

/** The changes of a page, one after the other. */
export function useChanges({ stage, names, load }: ChangesOptions): Changes {
  const [intent, setIntent] = useState<Intent>();
  const [done, setDone] = useState('');
  return {
    begin(wanted) {
      setDone('');
      setIntent(wanted);
    },
    hasBegun: intent !== undefined,
    done: <Done text={done} />,
    dialog: intent !== undefined && (
      <ChangeDialog
        intent={intent}
        stage={stage}
        names={names}
        onClose={() => setIntent(undefined)}
        onDone={({ done: text }) => {
          setIntent(undefined);
          setDone(text);
          load();
        }}
        onStale={load}
      />
    ),
  };
}
