import { beforeEach, describe, expect, test } from '@jest/globals';
import type { Kysely } from 'kysely';
import type { Crawl, CrawlOptions, ListedStage } from '../../../src/memory/crawl/index.ts';
import type { Tables } from '../../../src/memory/database/tables.ts';
import { createInventory } from '../../../src/memory/inventory/index.ts';
import { closeAfterwards } from '../../support/closing.ts';
import { rowOf, stageOf } from '../../support/inventory-cases.ts';
import { type Account, createScriptedAws, failure, startCrawl } from '../../support/scripted-crawl.ts';
import { sqliteTables } from '../../support/sqlite-tables.ts';
import { createVirtualTime } from '../../support/virtual-time.ts';

const eu = '111122223333/eu-central-1';
const us = '111122223333/us-east-1';
const other = '444455556666/eu-central-1';

const stages = (...deploymentIds: string[]): readonly ListedStage[] =>
  deploymentIds.map((deploymentId) => ({ deploymentId }));

let db: Kysely<Tables>;
let clock: ReturnType<typeof createVirtualTime>;
beforeEach(async () => {
  db = await sqliteTables();
  clock = createVirtualTime();
  closeAfterwards(() => db.destroy());
});

/** A process that crawls what AWS has. */
function crawl(aws: ReturnType<typeof createScriptedAws>, options: Partial<CrawlOptions> = {}, name = 'one') {
  const { time, kill } = clock.ofProcess();
  const crawling: Crawl = startCrawl({ db, aws, clock, process: { name, time } }, options);
  let isDead = false;
  const close = closeAfterwards(() => (isDead ? undefined : crawling.close()));
  return {
    close,
    kill: () => {
      isDead = true;
      kill();
    },
  };
}

const awsWith = (targets: Account) => createScriptedAws(targets, clock);
const sent = ({ calls }: ReturnType<typeof createScriptedAws>) => calls.map(({ call }) => call);
const totals = (...targets: string[]) => createInventory({ db, dialect: 'sqlite' }).totals(targets);

describe('a pass', () => {
  test('removes what is known of targets that are gone, and nothing else', async () => {
    const at = (target: string) => ({ target, rest_api_id: 'api1' });
    const pass = { rest_apis: 1, ended_at: 1, complete: 1, error: null } as const;
    for (const target of [eu, other]) {
      await db
        .insertInto('rest_apis')
        .values({ ...at(target), name: 'orders', observed_at: 1 })
        .execute();
      await db
        .insertInto('baselines')
        .values({ ...at(target), stage_name: 'prod', revision: 'r', since: 1 })
        .execute();
      await db
        .insertInto('crawled_targets')
        .values({ target, ...pass })
        .execute();
    }
    crawl(awsWith({ [eu]: { api1: [] } }));
    await clock.advance(60_000);
    expect(await totals(eu, other)).toMatchObject([
      { restApis: 1, complete: true },
      { restApis: 0, complete: false },
    ]);
    expect(await db.selectFrom('baselines').select('target').execute()).toHaveLength(2);
  });

  test('lists all pages of APIs, then the stages of each, target by target', async () => {
    const aws = awsWith({ [eu]: { a: [], b: [], c: [] }, [us]: { d: [] } });
    crawl(aws);
    await clock.advance(60_000);
    expect(sent(aws)).toEqual([
      ...[`apis ${eu}`, `apis ${eu} 2`, `stages ${eu} a`, `stages ${eu} b`, `stages ${eu} c`],
      ...[`apis ${us}`, `stages ${us} d`],
    ]);
    expect(aws.kept).toEqual([`${eu} a b c`, `${us} d`]);
    expect(await totals(eu, us)).toMatchObject([
      { complete: true, error: null },
      { complete: true, error: null },
    ]);
  });

  test('comes again an interval after the end of the last one', async () => {
    const aws = awsWith({ [eu]: { a: [], b: [] } });
    crawl(aws, { intervalMs: 100_000 });
    // Three calls at one a second: the pass ends with the third.
    await clock.advance(101_999);
    expect(aws.passes).toHaveLength(1);
    expect(aws.calls).toHaveLength(3);
    await clock.advance(1);
    expect(aws.calls.map(({ at }) => at)).toEqual([0, 1000, 2000, 102_000]);
  });

  test('makes as many calls as the rate allows, for each account', async () => {
    const apis = Object.fromEntries(Array.from({ length: 40 }, (_, index) => [`api${index}`, []]));
    const aws = awsWith({ [eu]: apis, [us]: apis, [other]: apis });
    crawl(aws, { ratePerSecond: 0.5 });
    await clock.advance(60_000);
    for (const account of ['111122223333', '444455556666']) {
      const times = aws.calls.filter(({ call }) => call.includes(account)).map(({ at }) => at);
      expect(times).toEqual(Array.from({ length: 31 }, (_, index) => index * 2000));
    }
  });

  test('follows targets that come and go at the next one', async () => {
    const aws = awsWith({ [eu]: { a: [] } });
    crawl(aws, { intervalMs: 60_000 });
    await clock.advance(30_000);
    Reflect.deleteProperty(aws.targets, eu);
    Object.assign(aws.targets, { [us]: { b: [] }, [other]: { c: [] } });
    aws.calls.length = 0;
    await clock.advance(60_000);
    expect(sent(aws).toSorted()).toEqual(
      [`apis ${us}`, `stages ${us} b`, `apis ${other}`, `stages ${other} c`].toSorted(),
    );
  });
});

describe('deployments', () => {
  test('are described once each, after the pass that has found them', async () => {
    const aws = awsWith({
      [eu]: { a: [{ deploymentId: 'd1', canaryDeploymentId: 'd2' }], b: stages('d1', 'd1') },
    });
    crawl(aws, { intervalMs: 60_000 });
    await clock.advance(200_000);
    const pass = [`apis ${eu}`, `stages ${eu} a`, `stages ${eu} b`];
    const described = ['a d1', 'a d2', 'b d1'].map((deployment) => `deployment ${eu} ${deployment}`);
    expect(sent(aws)).toEqual([...pass, ...described, ...pass, ...pass, ...pass]);
  });

  test('that are known cost no call, and new ones are described after the next pass', async () => {
    const aws = awsWith({ [eu]: { a: stages('known') } });
    crawl(aws, { intervalMs: 60_000, isDescribed: (_, __, id) => id === 'known' });
    await clock.advance(30_000);
    expect(sent(aws)).toEqual([`apis ${eu}`, `stages ${eu} a`]);
    Object.assign(aws.targets, { [eu]: { a: stages('known', 'new') } });
    await clock.advance(60_000);
    expect(sent(aws).slice(2)).toEqual([`apis ${eu}`, `stages ${eu} a`, `deployment ${eu} a new`]);
  });

  test('are described at the same rate, for as long as a pass takes or the interval', async () => {
    const ids = Array.from({ length: 50 }, (_, index) => `d${index}`);
    const aws = awsWith({ [eu]: { a: stages(...ids) } });
    crawl(aws, { intervalMs: 10_000 });
    await clock.advance(30_000);
    expect(aws.calls.map(({ at }) => at)).toEqual(Array.from({ length: 31 }, (_, index) => index * 1000));
    expect(aws.passes.length).toBeGreaterThan(1);
  });

  test('that cannot be described now are tried again after the next pass, others that AWS denies never', async () => {
    const aws = awsWith({ [eu]: { a: stages('slow', 'denied') } });
    aws.script.set(`deployment ${eu} a slow`, () => Promise.reject(failure('TIMEOUT')));
    aws.script.set(`deployment ${eu} a denied`, () => Promise.reject(failure('ACCESS_DENIED')));
    crawl(aws, { intervalMs: 60_000 });
    await clock.advance(100_000);
    expect(sent(aws).filter((call) => call.startsWith('deployment'))).toEqual([
      ...[`deployment ${eu} a slow`, `deployment ${eu} a denied`],
      `deployment ${eu} a slow`,
    ]);
    expect(aws.passes).toMatchObject([{ complete: true }, { complete: true }]);
  });
});

describe('a failure', () => {
  const targets = () => ({ [eu]: { a: [], b: [] }, [us]: { c: [] }, [other]: { d: [] } });

  test('of the list of APIs stops no other target, and removes no API', async () => {
    const aws = awsWith(targets());
    aws.script.set(`apis ${eu}`, () => Promise.reject(failure('THROTTLED')));
    crawl(aws);
    await clock.advance(60_000);
    expect(aws.kept).toEqual([`${other} d`, `${us} c`]);
    expect(await totals(eu, us, other)).toMatchObject([
      { complete: false, error: "The list of REST APIs: This account's AWS request rate is exhausted." },
      { complete: true, error: null },
      { complete: true, error: null },
    ]);
  });

  test('ACCESS_DENIED of an API is one of the pass, no deletion, and not tried again', async () => {
    const aws = awsWith(targets());
    aws.script.set(`stages ${eu} a`, () => Promise.reject(failure('ACCESS_DENIED')));
    crawl(aws);
    await clock.advance(60_000);
    expect(sent(aws).filter((call) => call === `stages ${eu} a`)).toHaveLength(1);
    expect(aws.kept).toContain(`${eu} a b`);
    const [total] = await totals(eu);
    expect(total?.complete).toBe(false);
    expect(total?.error).toBe(
      "1 of 2 REST APIs: AWS denied the gateway's request. Check the gateway's AWS credentials and IAM policy.",
    );
  });

  test('that passes is tried again at the end of the target', async () => {
    const aws = awsWith(targets());
    let isFirst = true;
    aws.script.set(`stages ${eu} a`, () => {
      if (!isFirst) return Promise.resolve() as Promise<never>;
      isFirst = false;
      return Promise.reject(failure('UNAVAILABLE'));
    });
    crawl(aws);
    await clock.advance(60_000);
    expect(sent(aws).filter((call) => call.startsWith(`stages ${eu}`))).toEqual([
      ...[`stages ${eu} a`, `stages ${eu} b`, `stages ${eu} a`],
    ]);
    expect(await totals(eu)).toMatchObject([{ complete: true, error: null }]);
  });

  test('is no longer shown after a pass without one', async () => {
    const aws = awsWith(targets());
    aws.script.set(`stages ${eu} a`, () => Promise.reject(failure('BROKEN')));
    crawl(aws, { intervalMs: 60_000 });
    await clock.advance(30_000);
    expect(await totals(eu)).toMatchObject([{ complete: false }]);
    aws.script.clear();
    await clock.advance(60_000);
    expect(await totals(eu)).toMatchObject([{ complete: true, error: null }]);
  });

  test('of five APIs in a row gives the target up until the next pass', async () => {
    const ids = Array.from({ length: 20 }, (_, index) => `api${index}`);
    const aws = awsWith({ [eu]: Object.fromEntries(ids.map((id) => [id, []])), [us]: { c: [] } });
    for (const id of ids) aws.script.set(`stages ${eu} ${id}`, () => Promise.reject(failure('UNAVAILABLE')));
    crawl(aws);
    await clock.advance(60_000);
    expect(await totals(eu, us)).toMatchObject([
      { complete: false, error: '20 of 20 REST APIs: AWS cannot be reached.' },
      { complete: true },
    ]);
    // Five, and five more when all were tried again.
    expect(sent(aws).filter((call) => call.startsWith(`stages ${eu}`))).toHaveLength(10);
  });

  test('NOT_FOUND is none: the API was deleted since it was listed', async () => {
    const aws = awsWith(targets());
    aws.script.set(`stages ${eu} a`, () => Promise.reject(failure('NOT_FOUND')));
    crawl(aws);
    await clock.advance(60_000);
    expect(await totals(eu)).toMatchObject([{ complete: true, error: null }]);
  });

  test('of a call that hangs comes after its time limit, and aborts the call', async () => {
    const aws = awsWith(targets());
    aws.script.set(`apis ${eu}`, () => new Promise(() => undefined));
    crawl(aws, { callTimeoutMs: 20_000 });
    await clock.advance(60_000);
    expect(aws.aborted).toContain(`apis ${eu}`);
    expect(await totals(eu, us)).toMatchObject([
      { complete: false, error: 'The list of REST APIs: AWS did not answer in time.' },
      { complete: true },
    ]);
  });

  test('that nobody expects says only that the log has the reason', async () => {
    const aws = awsWith(targets());
    aws.script.set(`apis ${eu}`, () => Promise.reject(new Error('getaddrinfo ENOTFOUND internal.host')));
    crawl(aws);
    await clock.advance(60_000);
    expect(await totals(eu)).toMatchObject([
      { error: 'The list of REST APIs: The gateway failed; its log has the reason.' },
    ]);
    expect(aws.failures).toEqual(['the APIs of a target could not be listed']);
  });

  test('of AWS to end its list ends the pass', async () => {
    const aws = awsWith(targets());
    crawl(aws, { listApis: () => Promise.resolve({ restApiIds: ['a'], position: 'again' }) });
    await clock.advance(60_000);
    expect(await totals(eu)).toMatchObject([{ complete: false }]);
  });
});

describe('a crawl that is started again', () => {
  test('waits for what is left of the interval', async () => {
    const aws = awsWith({ [eu]: { a: [] }, [us]: { b: [] } });
    const first = crawl(aws, { intervalMs: 100_000 });
    await clock.advance(50_000);
    await first.close();
    aws.calls.length = 0;
    crawl(aws, { intervalMs: 100_000 }, 'two');
    await clock.advance(45_000);
    expect(aws.calls).toEqual([]);
    await clock.advance(60_000);
    expect(sent(aws)).toEqual([`apis ${eu}`, `stages ${eu} a`, `apis ${us}`, `stages ${us} b`]);
  });

  test('goes on with the targets, and within them with the APIs, that were not reached', async () => {
    const aws = awsWith({ [eu]: { a: [] }, [us]: { fresh: [], never: [], old: [] } });
    const first = crawl(aws);
    await clock.advance(1500);
    await first.close();
    aws.calls.length = 0;
    const seen = { target: us, stageName: 'dev' };
    await db
      .insertInto('stages')
      .values([
        rowOf(stageOf({ ...seen, restApiId: 'fresh', observedAt: 9000 })),
        rowOf(stageOf({ ...seen, restApiId: 'old', observedAt: 1000 })),
      ])
      .execute();
    crawl(aws, {}, 'two');
    await clock.advance(60_000);
    expect(sent(aws)).toEqual([
      ...[`apis ${us}`, `apis ${us} 2`, `stages ${us} never`, `stages ${us} old`, `stages ${us} fresh`],
    ]);
  });
});
