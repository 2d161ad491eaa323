import { expect, test } from '@jest/globals';
import { startProcess } from '../support/gateway-process.ts';

const SLOW = 60_000;

test.each([1, 2, 3, 4])(
  'ends on SIGTERM while the crawl reads stages and deployments (time %i)',
  async () => {
    const gateway = startProcess({ PORT: '0', EMBEDDED_PORT: '0', INVENTORY_RATE: '50', LOG_FORMAT: 'json' });
    await gateway.said(/"operation":"GetDeployment".*"upstream call"/);
    gateway.process.kill('SIGTERM');
    expect(await gateway.exited).toBe(0);
  },
  SLOW,
);
