import { beforeAll, describe, expect, test } from '@jest/globals';
import type { LoggedRequest } from '../../src/embedded/start.ts';
import { createSchema } from '../../src/graphql/schema/schema.ts';
import { type HostileGround, hostileGround } from '../support/hostile.ts';
import { documentOf, everyMutation, mutate, type MutationName } from '../support/mutations.ts';
import { type Outcome, outcomeOf, stateOf, writesOf } from '../support/outcomes.ts';
import { run } from '../support/run.ts';
import {
  at,
  hostileTexts,
  inputTypeOf,
  type Place,
  textPlaces,
  wholeInputs,
  withValueAt,
} from '../support/whole-inputs.ts';

const schema = createSchema();

/** RFC 6901, implemented again: the test must not depend on the code under test. */
const escaped = (text: string) => text.split('~').join('~0').split('/').join('~1');
const unescaped = (segment: string) => segment.split('~1').join('/').split('~0').join('~');

/** Replaces a text where it is a whole string, a segment of a path or an ARN, or the key of an entry. */
function inPlace(sent: unknown, valid: string, text: string): unknown {
  const inText = (found: string) => {
    if (found === valid) return text;
    // The stored key of a method setting has two segments.
    if (found === `/${valid}` && text.split('/').length === 2) return `/${text}`;
    if (!/^\/|^arn:aws:apigateway:/.test(found)) return found;
    const segments = found.split('/');
    return segments.map((segment) => (unescaped(segment) === valid ? escaped(text) : segment)).join('/');
  };
  if (typeof sent === 'string') return inText(sent);
  if (Array.isArray(sent)) return sent.map((entry) => inPlace(entry, valid, text));
  if (typeof sent !== 'object' || sent === null) return sent;
  return Object.fromEntries(
    Object.entries(sent).map(([key, value]) => [inText(key), inPlace(value, valid, text)]),
  );
}

/** A call's target, with its patch operations or its body. An empty text may be sent as another operation. */
function partsOf({ operation, params, body }: LoggedRequest, text: string): string[] {
  const patch = (body as { patchOperations?: readonly { op: string; path: string }[] } | undefined)
    ?.patchOperations;
  const parts = patch?.map((change) => (text === '' ? change.path : change)) ?? [body];
  return [{ operation, params }, ...parts].map((part) => JSON.stringify({ part }));
}

/** Fields that the inputs cannot have: a revision and a plan are those of an existing stage. */
const isRevision = (place: Place) => ['expectedRevision', 'expectedPlan'].includes(place.join('.'));

describe.each(everyMutation)('$name, with a hostile text', ({ name }: { name: MutationName }) => {
  const places = textPlaces(inputTypeOf(schema, name));
  let gateway: HostileGround;
  beforeAll(async () => {
    gateway = await hostileGround();
  });

  /** What a new gateway sends for a valid input. */
  async function sentFor(input: object): Promise<readonly LoggedRequest[]> {
    const fresh = await run();
    const { userErrors } = await mutate(fresh, name, input);
    const requests = writesOf(fresh);
    await fresh.close();
    expect(userErrors).toEqual([]);
    return requests;
  }

  async function inject(input: object, place: Place, text: string) {
    gateway.stageApi.resetCalls();
    const hostile = withValueAt(input, place, text) as { stageName: string };
    const answer = await gateway.ask(documentOf(name), { input: hostile });
    const outcome = outcomeOf(schema, name, answer);
    const writes = writesOf(gateway);
    if (name === 'createStage' && !outcome.startsWith('refused')) {
      const { stageName } = hostile;
      await mutate(gateway, 'deleteStage', { restApiId: 'petstore01', stageName });
    }
    return { outcome, writes };
  }

  test('is tried in every field for text', () => {
    const untried = places.filter(
      (place) => !isRevision(place) && wholeInputs[name].every((input) => at(input, place) === undefined),
    );
    expect(untried).toEqual([]);
    expect(places.length).toBeGreaterThan(3);
  });

  test.each(wholeInputs[name].map((input) => ({ fields: Object.keys(input).join(', '), input })))(
    'in any of $fields is refused or stays in its place',
    async ({ input }) => {
      const outcomes = new Set<Outcome>();
      const valid = await sentFor(input);
      let state = await stateOf(gateway);
      for (const place of places) {
        const replaced = at(input, place);
        if (replaced === undefined && !isRevision(place)) continue;
        for (const text of hostileTexts) {
          const { outcome, writes } = await inject(input, place, text);
          outcomes.add(outcome);
          const of = { name, place: place.join('.'), text: text.slice(0, 50) };
          const untimely = outcome === 'refused by the gateway' ? writes : [];
          expect({ ...of, untimely }).toEqual({ ...of, untimely: [] });
          for (const call of writes) {
            const model = valid.find(({ operation }) => operation === call.operation);
            const allowed = partsOf(inPlace(model, String(replaced), text) as LoggedRequest, text);
            const beyond = partsOf(call, text).filter((part) => !allowed.includes(part));
            expect({ ...of, beyond }).toEqual({ ...of, beyond: [] });
          }
          // A refused input cannot change the state: checking it sometimes is enough.
          if (outcome === 'refused by the gateway' && text !== hostileTexts.at(-1)) continue;
          const now = await stateOf(gateway);
          if (!outcome.startsWith('refused')) state = now;
          expect({ ...of, state: now }).toEqual({ ...of, state });
        }
      }
      expect(outcomes).toContain('refused by the gateway');
      expect(outcomes).toContain('refused by AWS');
    },
    60_000,
  );
});
