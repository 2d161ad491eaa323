import { z } from 'zod';
import { count } from '../numbers.ts';
import { withWorkshop } from '../processes.ts';
import { judge, judgedReport } from '../report.ts';
import { noBudget, startGateway, startStageApi } from '../servers.ts';
import { idOf, stageNameOf } from '../state.ts';

const readers = 4;
const readsAfterWrite = 3;
const key = { restApiId: idOf(0), stageName: stageNameOf(0) };

const writeDocument = `mutation Set($input: SetStageVariablesInput!) {
  setStageVariables(input: $input) { userErrors { code } } }`;
const readDocument = `query Read($restApiId: ID!, $stageName: String!) {
  stage(restApiId: $restApiId, stageName: $stageName) { variables { name value } stageName description } }`;
const read = z.object({
  data: z.object({
    stage: z.object({ variables: z.array(z.object({ name: z.string(), value: z.string() })) }),
  }),
});
const written = z.object({ data: z.object({ setStageVariables: z.object({ userErrors: z.tuple([]) }) }) });

/** A write is seen by the very next read, and nobody reads backwards, with everything in memory that may be there. */
export async function readYourWrites({ rounds }: { readonly rounds: number }) {
  return withWorkshop(async (workshop) => {
    const stageApi = await startStageApi(workshop, 1);
    const { url } = await startGateway(workshop, stageApi, {
      env: { ...noBudget, CACHE_TTL_SECONDS: '3600' },
    });
    const ask = async (query: string, variables: object): Promise<unknown> => {
      const response = await fetch(`${url}/graphql`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ query, variables }),
      });
      return response.json();
    };
    const seen = async () => {
      const { variables } = read.parse(await ask(readDocument, key)).data.stage;
      return Number(variables.find(({ name }) => name === 'round')?.value ?? 0);
    };
    let done = false;
    let reads = 0;
    let backwards = 0;
    let missed = 0;
    const reader = async () => {
      let last = 0;
      while (!done) {
        const now = await seen();
        reads++;
        if (now < last) backwards++;
        last = now;
      }
    };
    const reading = Array.from({ length: readers }, reader);
    const begin = performance.now();
    for (let round = 1; round <= rounds; round++) {
      const set = [{ name: 'round', value: String(round) }];
      written.parse(await ask(writeDocument, { input: { ...key, set } }));
      for (let time = 0; time < readsAfterWrite; time++) if ((await seen()) !== round) missed++;
    }
    done = true;
    await Promise.all(reading);
    const rows = [
      {
        cells: ['reads after a write that did not show it', `${missed} of ${rounds * readsAfterWrite}`],
        target: '0',
        verdict: judge(missed === 0, 'count', { quick: false }),
      },
      {
        cells: ['reads beside it that went backwards', `${backwards} of ${reads}`],
        target: '0',
        verdict: judge(backwards === 0, 'count', { quick: false }),
      },
      { cells: ['time', `${count((performance.now() - begin) / 1000)} s`] },
    ];
    return judgedReport(`${rounds} writes under the eyes of readers`, ['', 'gateway'], rows, [
      `${readers} clients read one stage without pause while another changes it and reads it ${readsAfterWrite} times after each change; the TTL is an hour.`,
    ]);
  });
}
