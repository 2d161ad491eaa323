import { useApolloClient } from '@apollo/client/react';
import { useState } from 'react';
import type { MoveShareMutation, StageAndCanaryFragment } from './__generated__/graphql.ts';
import { abandon, moveShare, promote } from './operations.ts';

export type Wish =
  | { readonly kind: 'share'; readonly percentTraffic: number }
  | { readonly kind: 'promote' }
  | { readonly kind: 'abandon' };

type Answer = NonNullable<MoveShareMutation['change']>;
export type UserError = Answer['userErrors'][number];

/** What the gateway would send to AWS, for a person to look at. */
export interface Preview {
  readonly wish: Wish;
  /** What it was looked at with: the change is made to this, or not at all. */
  readonly expectedRevision: string;
  readonly patchOperations: Answer['patchOperations'];
  readonly warnings: Answer['warnings'];
}

/** The problems that belong to one field of the input. */
export const problemsAt = (userErrors: readonly UserError[], field: string): UserError[] =>
  userErrors.filter((error) => error.field?.[1] === field);

interface Manner {
  readonly expectedRevision: string;
  readonly dryRun: boolean;
  readonly confirm?: string;
}

/** A change in two steps: a dry run to look at, and then the same again in earnest. */
export function useChange(stage: StageAndCanaryFragment) {
  const client = useApolloClient();
  const [preview, setPreview] = useState<Preview>();
  const [userErrors, setUserErrors] = useState<readonly UserError[]>([]);
  const [failure, setFailure] = useState<string>();
  const [done, setDone] = useState<Wish>();
  const [busy, setBusy] = useState(false);

  async function send(wish: Wish, manner: Manner): Promise<Answer | null | undefined> {
    const { restApiId, stageName } = stage;
    const input = { restApiId, stageName, ...manner };
    switch (wish.kind) {
      case 'share': {
        const variables = { input: { ...input, percentTraffic: wish.percentTraffic } };
        return (await client.mutate({ mutation: moveShare, variables })).data?.change;
      }
      case 'promote': {
        const variables = { input: { ...input, removeCanary: true } };
        return (await client.mutate({ mutation: promote, variables })).data?.change;
      }
      case 'abandon':
        return (await client.mutate({ mutation: abandon, variables: { input } })).data?.change;
    }
  }

  async function attempt(wish: Wish, manner: Manner): Promise<Answer | undefined> {
    setBusy(true);
    setFailure(undefined);
    setDone(undefined);
    try {
      const answer = await send(wish, manner);
      if (!answer) throw new Error('The gateway gave no answer.');
      setUserErrors(answer.userErrors);
      return answer;
    } catch (error) {
      setFailure(error instanceof Error ? error.message : String(error));
      return undefined;
    } finally {
      setBusy(false);
    }
  }

  return {
    preview,
    userErrors,
    failure,
    done,
    busy,
    cancel: () => {
      setPreview(undefined);
      setUserErrors([]);
    },
    lookFirst: async (wish: Wish) => {
      setPreview(undefined);
      const { revision: expectedRevision } = stage;
      const answer = await attempt(wish, { expectedRevision, dryRun: true });
      if (answer?.userErrors.length === 0) setPreview({ wish, expectedRevision, ...answer });
    },
    doIt: async ({ wish, expectedRevision }: Preview, confirm: string) => {
      const answer = await attempt(wish, {
        expectedRevision,
        dryRun: false,
        ...(confirm !== '' && { confirm }),
      });
      if (answer === undefined) return;
      // The name of a protected stage can be given now; after anything else, it is to be looked at again.
      if (problemsAt(answer.userErrors, 'confirm').length > 0) return;
      setPreview(undefined);
      if (answer.userErrors.length === 0) setDone(wish);
    },
  };
}
