import { afterEach, beforeEach, describe, expect, type MockInstance, test, vi } from 'vitest';
import { apolloScreen, createApollo } from '../src/apollo.ts';
import { createRelay, relayScreen } from '../src/relay.ts';
import type { ShownStage, StageKey, StageScreen } from '../src/screen.ts';
import { createUrql, urqlScreen } from '../src/urql.ts';
import { describeElsewhere, setCanary, url, watchedFetch } from './gateway.ts';

const clients: Record<string, (fetch: typeof globalThis.fetch) => StageScreen> = {
  'Apollo Client': (fetch) => apolloScreen(createApollo(url, fetch)),
  urql: (fetch) => urqlScreen(createUrql(url, fetch)),
  Relay: (fetch) => relayScreen(createRelay(url, fetch)),
};

const petstore: StageKey = { restApiId: 'petstore01', stageName: 'prod' };
/** The same name in another API. */
const billing: StageKey = { restApiId: 'billing003', stageName: 'prod' };

let counter = 0;
const newText = () => `Text ${process.pid} ${(counter += 1)}`;

describe.each(Object.entries(clients))('%s', (_, create) => {
  let network: ReturnType<typeof watchedFetch>;
  let screen: StageScreen;
  let complaints: MockInstance[];
  beforeEach(async () => {
    complaints = [vi.spyOn(console, 'warn'), vi.spyOn(console, 'error')];
    network = watchedFetch();
    screen = create(network.fetch);
    await setCanary(petstore, 10);
  });
  afterEach(() => {
    // The clients complain there about types that they cannot tell apart, and about fields that they lose.
    for (const complaint of complaints) expect(complaint).not.toHaveBeenCalled();
    vi.restoreAllMocks();
  });

  async function shown(key: StageKey): Promise<ShownStage> {
    const stage = await screen.show(key);
    if (stage === null) throw new Error('There is no such stage.');
    return stage;
  }

  test('shows a change without a second read', async () => {
    const before = await shown(petstore);
    const description = newText();
    const { userErrors } = await screen.describe(before, description);
    expect(userErrors).toEqual([]);
    const after = await shown(petstore);
    expect(after).toMatchObject({ id: before.id, description });
    expect(after.revision).not.toBe(before.revision);
    expect(network.requests()).toBe(2);
  });

  test('keeps stages of one name apart, if they are of different APIs', async () => {
    const [one, other] = [await shown(petstore), await shown(billing)];
    expect(one.id).not.toBe(other.id);
    const description = newText();
    await screen.describe(one, description);
    expect(await shown(billing)).toEqual(other);
    expect((await shown(petstore)).description).toBe(description);
    expect(network.requests()).toBe(3);
  });

  test('reads a stage again by its id', async () => {
    const { id } = await shown(petstore);
    const description = newText();
    await describeElsewhere(petstore, description);
    expect((await shown(petstore)).description).not.toBe(description);
    await screen.refetch(id);
    expect((await shown(petstore)).description).toBe(description);
    expect(network.requests()).toBe(2);
  });

  test('changes nothing that has changed since it was shown, and says so', async () => {
    const stage = await shown(petstore);
    const description = newText();
    await describeElsewhere(petstore, description);
    const { userErrors } = await screen.describe(stage, newText());
    expect(userErrors).toMatchObject([{ code: 'PRECONDITION_FAILED', field: ['input', 'expectedRevision'] }]);
    // The payload has the stage as it is now.
    expect((await shown(petstore)).description).toBe(description);
  });

  test('shows a change at once, before the gateway has answered', async () => {
    const stage = await shown(petstore);
    const release = network.hold();
    const change = screen.moveCanary(stage, 25);
    expect((await shown(petstore)).canarySettings).toMatchObject({ percentTraffic: 25 });
    release();
    expect((await change).userErrors).toEqual([]);
    expect((await shown(petstore)).canarySettings).toMatchObject({ percentTraffic: 25 });
    expect((await shown(petstore)).revision).not.toBe(stage.revision);
  });

  test('shows the old value again if the gateway refuses the new one', async () => {
    const stage = await shown(petstore);
    const release = network.hold();
    const change = screen.moveCanary(stage, 120);
    expect((await shown(petstore)).canarySettings).toMatchObject({ percentTraffic: 120 });
    release();
    expect((await change).userErrors).toMatchObject([
      { code: 'INVALID_INPUT', field: ['input', 'percentTraffic'] },
    ]);
    expect(await shown(petstore)).toEqual(stage);
  });

  test('joins the pages of a list, and keeps another search apart', async () => {
    const first = await screen.moreApis();
    expect(first).toEqual({ names: [expect.any(String), expect.any(String)], hasNextPage: true });
    const second = await screen.moreApis();
    expect(second.names).toHaveLength(4);
    expect(second.names.slice(0, 2)).toEqual(first.names);
    expect(new Set(second.names).size).toBe(4);
    expect(await screen.moreApis('PETS')).toEqual({ names: ['Petstore'], hasNextPage: false });
    expect(network.requests()).toBe(3);
  });
});
