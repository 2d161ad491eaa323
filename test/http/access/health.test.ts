import { describe, expect, test } from '@jest/globals';
import { createLogger } from '../../../src/app/logger.ts';
import { createReadiness } from '../../../src/app/readiness.ts';
import { run, type Running } from '../../support/run.ts';
import { silentLogger } from '../../support/silence.ts';

let gateway: Running | undefined;

const probe = async (path: string) => {
  const response = await fetch(new URL(path, gateway?.url));
  return { status: response.status, body: await response.json(), headers: response.headers };
};

describe('probes', () => {
  test('report a live and ready process without a call to AWS and without a log line', async () => {
    const log: string[] = [];
    gateway = await run({ log: (line) => log.push(line) });
    expect(await probe('/healthz')).toMatchObject({ status: 200, body: { status: 'ok' } });
    expect(await probe('/readyz')).toMatchObject({ status: 200, body: { status: 'ready' } });
    expect(gateway.stageApi.requests()).toEqual([]);
    const lines = log.map((line) => JSON.parse(line) as { msg: string; level: number });
    expect(lines.filter(({ msg, level }) => msg === 'request' && level >= 30)).toEqual([]);
  });

  test('name the failed checks; the log has the details', async () => {
    const log: string[] = [];
    const logger = createLogger('debug', { write: (line) => log.push(line) });
    const readiness = createReadiness(
      {
        credentials: () => Promise.reject(new Error('no profile at /home/somebody')),
        redis: () => Promise.resolve(),
      },
      logger,
    );
    gateway = await run({ readiness });
    const { status, body } = await probe('/readyz');
    expect({ status, body }).toEqual({
      status: 503,
      body: { status: 'not ready', problems: ['credentials'] },
    });
    expect(log.join('')).toContain('/home/somebody');
    expect(await probe('/healthz')).toMatchObject({ status: 200 });
  });

  test('can ignore Redis, and no other check', async () => {
    const fails = () => Promise.reject(new Error('down'));
    const readiness = createReadiness({ redis: fails }, silentLogger);
    gateway = await run({ readiness });
    expect(await probe('/readyz')).toMatchObject({ status: 503, body: { problems: ['redis'] } });
    expect(await probe('/readyz?without=redis')).toMatchObject({ status: 200 });
    readiness.stop();
    expect(await probe('/readyz?without=redis')).toMatchObject({
      status: 503,
      body: { problems: ['stopping'] },
    });
    await gateway.close();
    gateway = await run({ readiness: createReadiness({ credentials: fails, redis: fails }, silentLogger) });
    for (const name of ['redis', 'credentials'])
      expect(await probe(`/readyz?without=${name}`)).toMatchObject({
        status: 503,
        body: { problems: expect.arrayContaining(['credentials']) as unknown },
      });
  });

  test('name what the gateway can do without, and stay ready', async () => {
    let works = false;
    const optional = { database: () => (works ? Promise.resolve() : Promise.reject(new Error('away'))) };
    const readiness = () => createReadiness({}, silentLogger, undefined, optional);
    gateway = await run({ readiness: readiness() });
    const { status, body } = await probe('/readyz');
    expect({ status, body }).toEqual({ status: 200, body: { status: 'ready', degraded: ['database'] } });
    await gateway.close();
    works = true;
    gateway = await run({ readiness: readiness() });
    expect((await probe('/readyz')).body).toEqual({ status: 'ready' });
  });

  test('a check that never ends fails, and runs once for many probes', async () => {
    let made = 0;
    const never = () => {
      made += 1;
      return new Promise(() => undefined);
    };
    const readiness = createReadiness({ redis: never }, silentLogger);
    expect(await Promise.all([readiness.problems(), readiness.problems()])).toEqual([['redis'], ['redis']]);
    expect(made).toBe(1);
  });

  test('a stopping process is not ready, closes connections, and still answers requests', async () => {
    const readiness = createReadiness({}, silentLogger);
    gateway = await run({ readiness });
    readiness.stop();
    const { status, headers } = await probe('/readyz');
    expect(status).toBe(503);
    expect(headers.get('connection')).toBe('close');
    const { data } = await gateway.graphql('{ __typename }');
    expect(data).toEqual({ __typename: 'Query' });
  });
});
