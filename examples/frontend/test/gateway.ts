import type { StageKey } from '../src/screen.ts';

/** A running gateway with the sample data: `npm start` in the repository. */
export const url = process.env.STAGEGRAPH_URL ?? 'http://localhost:4000/graphql';

/** A `fetch` that knows how many requests it has sent, and can hold them back. */
export function watchedFetch() {
  let requests = 0;
  let gate: Promise<void> | undefined;
  const watched: typeof globalThis.fetch = async (...request) => {
    requests += 1;
    await gate;
    return fetch(...request);
  };
  return {
    fetch: watched,
    requests: () => requests,
    /** Holds all requests until the returned function is called. */
    hold(): () => void {
      let open = (): void => undefined;
      gate = new Promise((resolve) => (open = resolve));
      return () => {
        gate = undefined;
        open();
      };
    },
  };
}

async function send(query: string, variables: object): Promise<void> {
  const headers = { 'content-type': 'application/json' };
  const response = await fetch(url, { method: 'POST', headers, body: JSON.stringify({ query, variables }) });
  const { errors } = (await response.json()) as { errors?: unknown };
  if (errors !== undefined) throw new Error(JSON.stringify(errors));
}

/** Changes a stage as somebody else does. */
export const describeElsewhere = (key: StageKey, description: string) =>
  send('mutation ($input: UpdateStageInput!) { updateStage(input: $input) { userErrors { code } } }', {
    input: { ...key, description },
  });

/** Gives the stage of the sample data its canary again. */
export const setCanary = (key: StageKey, percentTraffic: number) =>
  send(
    'mutation ($input: SetCanarySettingsInput!) { setCanarySettings(input: $input) { userErrors { code } } }',
    {
      input: { ...key, deploymentId: 'dep002', percentTraffic },
    },
  );
