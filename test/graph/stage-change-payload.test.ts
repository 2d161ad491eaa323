import { beforeAll, expect, test } from '@jest/globals';
import { allMutations } from '../support/mutations.ts';
import { run, type Running } from '../support/run.ts';

const CHANGE = `
  fragment Change on StageChangePayload {
    __typename
    stage { id stageName }
    patchOperations { op path value }
    warnings { code }
    userErrors { code }
  }`;

let gateway: Running;
beforeAll(async () => {
  gateway = await run({ memory: {} });
});

const withStage = allMutations.filter(({ name }) => name !== 'deleteStage');

test.each(withStage)('one fragment on StageChangePayload serves $name', async ({ name, input, patches }) => {
  const type = name.charAt(0).toUpperCase() + name.slice(1);
  const { data, errors } = await gateway.graphql<Record<string, { patchOperations: unknown[] }>>(
    `mutation ($input: ${type}Input!) { ${name}(input: $input) { ...Change } } ${CHANGE}`,
    { input: { ...input, dryRun: true } },
  );
  expect(errors).toBeUndefined();
  expect(data[name]).toMatchObject({
    __typename: `${type}Payload`,
    stage: name === 'createStage' ? null : { stageName: 'prod' },
    userErrors: [],
  });
  // A plain createStage is one CreateStage, and revertStage is given the revision that the stage has.
  const sendsPatch = patches && name !== 'createStage' && name !== 'revertStage';
  expect((data[name]?.patchOperations.length ?? 0) > 0).toBe(sendsPatch);
});
