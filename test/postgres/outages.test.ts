import { beforeEach, describe, expect, test } from '@jest/globals';
import pg from 'pg';
import { closeAfterwards } from '../support/closing.ts';
import { type DatabaseOutage, expectToHeal } from '../support/database-outage.ts';
import { type PausableProxy, startProxy } from '../support/pausable-proxy.ts';
import { type PostgresServer, startPostgres } from '../support/postgres.ts';
import { startRemembering } from '../support/remembering-process.ts';
import { startStageApi } from '../support/stage-api.ts';

const SLOW = 120_000;

interface World {
  readonly server: PostgresServer;
  /** Of the database, and of the proxy in front of it. */
  readonly url: string;
  readonly proxiedUrl: string;
  readonly proxy: PausableProxy;
}

const databaseOf = (url: string): string => new URL(url).pathname.slice(1);

let world: World;
beforeEach(async () => {
  const server = await startPostgres();
  const url = await server.createDatabase();
  const proxy = await startProxy(server.port);
  closeAfterwards(() => proxy.close());
  // As in production: a role that owns its database, and is no operator.
  await server.sql(url, `create role gateway login; alter database ${databaseOf(url)} owner to gateway`);
  const proxied = new URL(url);
  proxied.username = 'gateway';
  proxied.port = String(proxy.port);
  world = { server, url, proxiedUrl: proxied.href, proxy };
}, SLOW);

const TABLES = ['settings', 'history', 'stages', 'stage_revisions'];
const ofEach = (statement: (table: string) => string): string => TABLES.map(statement).join('; ');

/** An operator's transaction that holds the tables. */
function holdTables(url: string): DatabaseOutage {
  const client = new pg.Client({ connectionString: url });
  return {
    isReadable: true,
    async begin() {
      await client.connect();
      // The gateway's transactions take the tables in another order, so this one can be the victim of a deadlock.
      const lock = (): Promise<unknown> =>
        client
          .query(`begin; lock table ${TABLES.join(', ')} in exclusive mode`)
          .catch(async (error: unknown) => {
            if (!(error instanceof pg.DatabaseError) || error.code !== '40P01') throw error;
            await client.query('rollback');
            return lock();
          });
      await lock();
    },
    end: () => client.end(),
  };
}

/** What PostgreSQL says of a full disk. */
const fillDisk = ({ server, url }: World): DatabaseOutage => ({
  isReadable: true,
  begin: () =>
    server.sql(
      url,
      `create function fail() returns trigger language plpgsql as $$ begin
         raise exception 'could not extend file' using errcode = 'disk_full'; end $$;
       ${ofEach((table) => `create trigger full_disk before insert or update on ${table} for each row execute function fail()`)}`,
    ),
  end: () =>
    server.sql(
      url,
      ofEach((table) => `drop trigger full_disk on ${table}`),
    ),
});

/** Ends the connections, too: those that there are keep the default that they began with. */
function makeReadOnly({ server, url }: World): DatabaseOutage {
  const name = databaseOf(url);
  const other = new URL(url);
  other.pathname = '/postgres';
  const set = (value: string) =>
    server.sql(
      other.href,
      `alter database ${name} set default_transaction_read_only = ${value};
       select pg_terminate_backend(pid) from pg_stat_activity where datname = '${name}'`,
    );
  return { isReadable: true, begin: () => set('on'), end: () => set('off') };
}

/** The rest of the tables can be written. */
const withdrawRight = ({ server, url }: World): DatabaseOutage => ({
  isReadable: true,
  begin: () => server.sql(url, 'revoke insert on history from gateway'),
  end: () => server.sql(url, 'grant insert on history to gateway'),
});

const promised = (work: () => void) => () => Promise.resolve().then(work);

const outages: Record<string, (world: World) => DatabaseOutage> = {
  'does not answer': ({ proxy }) => ({
    isReadable: false,
    begin: promised(() => proxy.pause()),
    end: promised(() => proxy.resume()),
  }),
  'is killed': ({ server }) => ({ isReadable: false, begin: () => server.kill(), end: () => server.start() }),
  'is locked': ({ url }) => holdTables(url),
  'is full': fillDisk,
  'is read-only': makeReadOnly,
  'has withdrawn the right to write one table': withdrawRight,
};

describe('while PostgreSQL', () => {
  test.each(Object.keys(outages))(
    '%s, stages are read and changed, and their entries are written when it is back',
    async (name) => {
      const { url: endpoint } = await startStageApi();
      const gateway = await startRemembering(world.proxiedUrl, endpoint);
      const outage = outages[name]?.(world);
      if (outage === undefined) throw new Error('no such outage');
      await expectToHeal(gateway, outage);
    },
    SLOW,
  );
});

test(
  'slow searches are refused, and leave changes, reads and health as they were',
  async () => {
    const { server, url } = world;
    const { url: endpoint } = await startStageApi();
    const gateway = await startRemembering(url, endpoint, { INVENTORY_RATE: '0' });
    expect(await gateway.change('prod', 'before')).toEqual([]);
    // Only the inventory's targets are read from it.
    await server.sql(
      url,
      `create function slow_targets() returns setof crawled_targets language plpgsql as $$ begin
         perform pg_sleep(60); end $$;
       alter table crawled_targets rename to all_targets;
       create view crawled_targets as select * from slow_targets()`,
    );
    const slow = Array.from({ length: 15 }, () =>
      gateway.graphql('{ stageInventory { targets { complete } } }'),
    );
    for (let count = 1; count <= 10; count += 1) {
      expect(await gateway.change('prod', `during ${count}`)).toEqual([]);
    }
    const errors = (await Promise.all(slow)).flatMap((answer) => answer.errors ?? []);
    expect(errors).toHaveLength(15);
    for (const error of errors) {
      expect(error).toMatchObject({
        message: expect.stringMatching(
          /^The search took longer than 5 seconds and was ended\. Narrow it/,
        ) as unknown,
        extensions: { code: 'STORAGE_UNAVAILABLE' },
      });
    }
    expect(await gateway.change('prod', 'after')).toEqual([]);
    expect(await gateway.database()).toMatchObject({ ready: 200, degraded: [], up: 1, outages: 0 });
  },
  SLOW,
);

test(
  'a gateway that starts while PostgreSQL is away serves stages, and remembers their changes when it is there',
  async () => {
    await world.server.kill();
    const { url: endpoint } = await startStageApi();
    const gateway = await startRemembering(world.proxiedUrl, endpoint);
    await expectToHeal(gateway, {
      isReadable: false,
      begin: () => Promise.resolve(),
      end: () => world.server.start(),
    });
  },
  SLOW,
);

test(
  'a gateway is stopped in order while PostgreSQL does not answer on old and new connections',
  async () => {
    const { url: endpoint } = await startStageApi();
    const gateway = await startRemembering(world.proxiedUrl, endpoint);
    world.proxy.swallowFrom('set lock_timeout');
    void gateway.graphql('{ stageHistory { nodes { id } } a: stageInventory { totalCount } }');
    await gateway.change('prod', 'one');
    world.proxy.pause();
    expect(await gateway.change('prod', 'lost')).toEqual(['HISTORY_PENDING']);
    gateway.process.kill('SIGTERM');
    expect(await gateway.exited).toBe(0);
  },
  SLOW,
);
