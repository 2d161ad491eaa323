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
  test('say that the process lives and is ready, at no cost to AWS and with no line in the log', async () => {
    const log: string[] = [];
    gateway = await run({ log: (line) => log.push(line) });
    expect(await probe('/healthz')).toMatchObject({ status: 200, body: { status: 'ok' } });
    expect(await probe('/readyz')).toMatchObject({ status: 200, body: { status: 'ready' } });
    expect(gateway.stageApi.requests()).toEqual([]);
    const lines = log.map((line) => JSON.parse(line) as { msg: string; level: number });
    expect(lines.filter(({ msg, level }) => msg === 'request' && level >= 30)).toEqual([]);
  });

  test('say what is missing, by name: the rest is in the log', async () => {
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

  test('can be asked to leave Redis out, and nothing else', async () => {
    const fails = () => Promise.reject(new Error('away'));
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

  test('a check that never ends has failed, and however many ask, it is made once', async () => {
    let made = 0;
    const never = () => {
      made += 1;
      return new Promise(() => undefined);
    };
    const readiness = createReadiness({ redis: never }, silentLogger);
    expect(await Promise.all([readiness.problems(), readiness.problems()])).toEqual([['redis'], ['redis']]);
    expect(made).toBe(1);
  });

  test('once the process stops it is not ready, connections are not kept, and requests are answered still', async () => {
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
