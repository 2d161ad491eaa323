import { beforeAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { createSchema } from '../../src/graphql/schema/schema.ts';
import { inputsOf } from '../support/fuzzed-inputs.ts';
import { type HostileGround, hostileGround } from '../support/hostile.ts';
import { documentOf, everyMutation, mutate, type MutationName } from '../support/mutations.ts';
import { type Outcome, outcomeOf, stateOf, writesOf } from '../support/outcomes.ts';
import { inputTypeOf, wholeInputs } from '../support/whole-inputs.ts';

/** Fixed, so that a failure is reproducible; fast-check prints both with the failed case. */
const bounded = { seed: 20260101, numRuns: 60 };
const schema = createSchema();

describe.each(everyMutation)('$name', ({ name }: { name: MutationName }) => {
  let gateway: HostileGround;
  beforeAll(async () => {
    gateway = await hostileGround();
  });

  test(`answers every input, and changes nothing if it refuses one (seed ${bounded.seed})`, async () => {
    const outcomes: Outcome[] = [];
    const attempt = async (input: unknown) => {
      const before = await stateOf(gateway);
      gateway.stageApi.resetCalls();
      const answer = await gateway.ask(documentOf(name), { input });
      const outcome = outcomeOf(schema, name, answer);
      const sent = outcome === 'refused by the gateway' ? writesOf(gateway) : [];
      expect(sent).toEqual([]);
      const after = outcome.startsWith('refused') ? await stateOf(gateway) : before;
      expect(after).toBe(before);
      outcomes.push(outcome);
      if (name === 'createStage' && !outcome.startsWith('refused')) {
        const { restApiId, stageName } = input as Readonly<Record<string, unknown>>;
        await mutate(gateway, 'deleteStage', { restApiId, stageName });
      }
    };
    await fc.assert(
      fc.asyncProperty(inputsOf(inputTypeOf(schema, name), wholeInputs[name]), attempt),
      bounded,
    );
    // Otherwise the test would prove nothing.
    expect(outcomes).toContain('accepted');
    expect(outcomes).toContain('refused by the gateway');
    expect(gateway.log.join('')).not.toContain('valueOf');
  });
});
