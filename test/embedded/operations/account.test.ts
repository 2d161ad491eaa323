import { describe, expect, it } from '@jest/globals';
import { useStageApi } from '../stage-api.ts';

const stageApi = useStageApi();
const role = 'arn:aws:iam::123456789012:role/logs';
const unset = {
  throttleSettings: { burstLimit: 5000, rateLimit: 10000 },
  features: ['UsagePlans'],
  apiKeyVersion: '4',
};
const patch = (...patchOperations: object[]) => stageApi.raw('PATCH', '/account', { patchOperations });
const setRole = (value: string) => patch({ op: 'replace', path: '/cloudwatchRoleArn', value });

describe('the account', () => {
  it('has limits, features and no CloudWatch role at first', async () => {
    const { status, json, text } = await stageApi.raw('GET', '/account');
    expect([status, json]).toEqual([200, unset]);
    expect(text).toContain('"rateLimit":10000.0');
  });

  it('gets a CloudWatch role, and loses it with an empty value', async () => {
    const changed = await setRole(role);
    expect([changed.status, changed.json]).toEqual([200, { ...unset, cloudwatchRoleArn: role }]);
    expect((await stageApi.raw('GET', '/account')).json).toEqual(changed.json);
    expect((await setRole('')).json).toEqual(unset);
  });

  it('changes its throttling, and keeps usage plans', async () => {
    const { json } = await patch(
      { op: 'replace', path: '/throttleSettings/burstLimit', value: '10' },
      { op: 'replace', path: '/throttleSettings/rateLimit', value: '2.5' },
      { op: 'add', path: '/features', value: 'UsagePlans' },
    );
    expect(json).toEqual({ ...unset, throttleSettings: { burstLimit: 10, rateLimit: 2.5 } });
  });

  it.each([
    [
      { op: 'replace', path: '/cloudwatchRoleArn', value: 'logs' },
      'The role ARN does not have required perm',
    ],
    [{ op: 'remove', path: '/features', value: 'UsagePlans' }, 'Usage Plans cannot be disabled once enabled'],
    [{ op: 'add', path: '/features', value: 'x' }, 'Invalid feature: x'],
    [{ op: 'replace', path: '/throttleSettings/rateLimit', value: '-1' }, 'Invalid value -1 for path'],
    [{ op: 'replace', path: '/apiKeyVersion', value: '1' }, "Invalid patch path  '/apiKeyVersion' specified"],
    [
      { op: 'add', path: '/cloudwatchRoleArn', value: role },
      "Invalid patch path  '/cloudwatchRoleArn' specif",
    ],
    [{ op: 'replace', path: 'constructor', value: '' }, "Invalid patch path  'constructor' specified"],
  ])('rejects %j, and changes nothing', async (operation, message) => {
    const { status, json } = await patch(
      { op: 'replace', path: '/cloudwatchRoleArn', value: role },
      operation,
    );
    expect([status, json]).toEqual([400, { message: expect.stringContaining(message) }]);
    expect((await stageApi.raw('GET', '/account')).json).toEqual(unset);
  });
});

describe('§4 execution logging', () => {
  const enable = () =>
    stageApi.raw('PATCH', '/restapis/petstore01/stages/dev', {
      patchOperations: [{ op: 'replace', path: '/*/*/logging/loglevel', value: 'INFO' }],
    });

  it('needs no role by default', async () => {
    expect((await enable()).status).toBe(200);
  });

  it.each([{ strict: true }, { cloudWatchLogsRole: false }])(
    'with %j needs a role of the account',
    async (mode) => {
      stageApi.api().configure(mode);
      expect((await enable()).json).toEqual({
        message: 'CloudWatch Logs role ARN must be set in account settings to enable logging',
      });
      await setRole(role);
      expect((await enable()).status).toBe(200);
    },
  );
});
