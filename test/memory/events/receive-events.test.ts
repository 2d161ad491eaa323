import { expect, test } from '@jest/globals';
import type { BackgroundReads } from '../../../src/datasources/background-reads.ts';
import type { TargetKey } from '../../../src/fleet/target.ts';
import { DatabaseUnavailable } from '../../../src/memory/database/unavailable.ts';
import { type CloudTrailEvent, cloudTrailEventOf } from '../../../src/memory/events/cloudtrail-event.ts';
import { createEventReceiver } from '../../../src/memory/events/receive-events.ts';
import { createWaitingEvents } from '../../../src/memory/events/waiting-events.ts';
import { target } from '../../support/history-world.ts';
import { until } from '../../support/polling.ts';
import { silentLogger } from '../../support/silence.ts';

const eventOf = (eventID: string, of: TargetKey = target, detail: object = {}) => ({
  account: of.account,
  region: of.region,
  detail: {
    eventID,
    eventTime: '2026-01-01T00:00:00Z',
    eventSource: 'apigateway.amazonaws.com',
    eventName: 'UpdateStage',
    requestParameters: { restApiId: 'petstore01', stageName: 'prod' },
    ...detail,
  },
});

/** A receiver whose database is away at first. */
function awayAtFirst(max?: number) {
  const stored: string[] = [];
  const warnings: string[] = [];
  const waiting = createWaitingEvents(max);
  let isAway = true;
  let attempted = (): void => undefined;
  const tried = new Promise<void>((resolve) => (attempted = resolve));
  let read = (): void => undefined;
  const hasRead = new Promise<void>((resolve) => (read = resolve));
  const reads = {
    stages() {
      read();
      return Promise.resolve([]);
    },
  } satisfies Pick<BackgroundReads, 'stages'>;
  const { receive, close } = createEventReceiver({
    store: {
      add(events: readonly CloudTrailEvent[]) {
        attempted();
        if (isAway) return Promise.reject(new DatabaseUnavailable('away', 'away'));
        stored.push(...events.map(({ id }) => id));
        return Promise.resolve(true);
      },
    },
    waiting,
    reads,
    targets: () => ({ all: [target] }) as never,
    logger: { ...silentLogger, warn: (_: object, message: string) => void warnings.push(message) },
  });
  const comeBack = (): void => {
    isAway = false;
  };
  return { receive, close, comeBack, tried, hasRead, stored, warnings, state: waiting.state };
}

test('events wait while the database is away, and are processed when it is back', async () => {
  const events = awayAtFirst();
  events.receive(eventOf('a'));
  await events.tried;
  events.receive(eventOf('b'));
  expect(events.state()).toEqual({ waiting: 2, dropped: 0 });
  events.comeBack();
  await events.hasRead;
  expect(events.stored).toEqual(['a', 'b']);
  expect(events.state()).toEqual({ waiting: 0, dropped: 0 });
  expect(events.warnings).toEqual(['Events of AWS wait until the database is available again']);
  events.close();
});

test('so many wait at most: further ones are dropped and counted, and the log says so once', async () => {
  const events = awayAtFirst(2);
  for (const id of ['a', 'b', 'b', 'c', 'd']) events.receive(eventOf(id));
  expect(events.state()).toEqual({ waiting: 2, dropped: 2 });
  await events.tried;
  events.comeBack();
  await events.hasRead;
  expect(events.stored).toEqual(['a', 'b']);
  expect(events.warnings.filter((message) => message.startsWith('Too many'))).toHaveLength(1);
  events.close();
});

test('a target that does not answer keeps no other one waiting', async () => {
  const other = { ...target, region: 'us-east-1' };
  const waiting = createWaitingEvents();
  let hasRead = (): void => undefined;
  const readOfOther = new Promise<void>((resolve) => (hasRead = resolve));
  const { receive, close } = createEventReceiver({
    store: { add: () => Promise.resolve(true) },
    waiting,
    reads: {
      stages(_, { region }) {
        if (region === target.region) return new Promise(() => undefined);
        hasRead();
        return Promise.resolve([]);
      },
    },
    targets: () => ({ all: [target, other] }) as never,
    logger: silentLogger,
  });
  receive(eventOf('a'));
  receive(eventOf('b', other));
  await readOfOther;
  expect(waiting.state().waiting).toBe(0);
  close();
});

test.each([
  ['an id with NUL', { eventID: 'a\0' }],
  ['half a surrogate pair', { eventID: 'a\ud800' }],
  ['an actor with NUL', { userIdentity: { arn: 'arn:aws:iam::1:user/\0' } }],
  ['a stage with NUL', { requestParameters: { restApiId: 'petstore01', stageName: '\0' } }],
  ['an API with NUL', { requestParameters: { restApiId: '\0' } }],
  ['an ARN with NUL', { requestParameters: { resourceArn: 'arn:aws:apigateway:r::/restapis/a/stages/\0' } }],
])('an event that PostgreSQL cannot store is ignored: %s', (_, detail) => {
  expect(cloudTrailEventOf(eventOf('a'))).toBeDefined();
  expect(cloudTrailEventOf(eventOf('a', target, detail))).toBeUndefined();
});

test('an event that cannot be stored takes no other with it', async () => {
  const stored: string[] = [];
  const waiting = createWaitingEvents();
  const { receive, close } = createEventReceiver({
    store: {
      add(events: readonly CloudTrailEvent[]) {
        if (events.some(({ id }) => id === 'bad')) return Promise.reject(new Error('invalid byte sequence'));
        stored.push(...events.map(({ id }) => id));
        return Promise.resolve(true);
      },
    },
    waiting,
    reads: { stages: () => Promise.resolve([]) },
    targets: () => ({ all: [target] }) as never,
    logger: silentLogger,
  });
  for (const id of ['a', 'b', 'bad', 'c', 'd']) receive(eventOf(id));
  await until(() => waiting.state().waiting === 0);
  expect(stored).toEqual(['a', 'b', 'c', 'd']);
  close();
});
