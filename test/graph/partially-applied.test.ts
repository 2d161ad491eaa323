import { describe, expect, test } from '@jest/globals';
import {
  type Act,
  answer,
  exception,
  hang,
  plainStage,
  reset,
  startScriptedUpstream,
  times,
} from '../support/faults.ts';
import { mutate } from '../support/mutations.ts';
import { startGateway } from '../support/run.ts';

const dev = { restApiId: 'petstore01', stageName: 'dev' };
const at = '/restapis/petstore01/stages';
const canary = { deploymentId: 'dep002', percentTraffic: 0, useStageCache: false };
const promoted = { ...plainStage, deploymentId: 'dep002', canarySettings: canary };

/** Exceeds the deadline: the call is not retried. */
const later = { 'retry-after': '60' };

/** How the second call fails, how often it is sent, and the message. */
const failures: readonly (readonly [string, Act, number, RegExp])[] = [
  [
    'is refused',
    exception(400, 'BadRequestException', 'Because'),
    1,
    / was not applied\. AWS refused: Because$/,
  ],
  ['is not allowed', exception(403, 'AccessDeniedException', 'No'), 1, / was not applied\. AWS denied/],
  [
    'meets a rate limit',
    exception(429, 'TooManyRequestsException', 'Slow', later),
    1,
    / was not applied\. .*request rate/,
  ],
  [
    'conflicts with another change',
    exception(409, 'ConflictException', 'concurrent modification'),
    4,
    / was not applied\. Another change/,
  ],
  [
    'meets an outage',
    exception(503, 'ServiceUnavailableException', 'Later', later),
    1,
    / was not applied\. AWS cannot/,
  ],
  [
    'gets an unknown answer',
    exception(418, 'TeapotException', 'Short'),
    1,
    / was not applied\. AWS refused: Short/,
  ],
  [
    'gets no answer',
    hang,
    4,
    / may not have been applied\. The change was sent, but AWS did not answer.*read the stage/,
  ],
  [
    'is cut off',
    reset,
    4,
    / may not have been applied\. The change was sent, but AWS returned no valid.*read the stage/,
  ],
];

async function playing<Selected>(
  script: Parameters<typeof startScriptedUpstream>[0],
  name: 'createStage' | 'promoteCanary',
  input: object,
) {
  const upstream = await startScriptedUpstream(script);
  const gateway = await startGateway(upstream.url, { requestTimeoutMs: 600, deadlineMs: 9000 });
  try {
    const selection = 'stage { deploymentId canarySettings { percentTraffic } }';
    return await mutate<Selected>(gateway, name, input, selection);
  } finally {
    await gateway.close();
    await upstream.close();
  }
}

describe('when only the first of two calls succeeds', () => {
  test.each(failures)(
    'if the second call %s, a creation reports the current state',
    async (_, act, sent, message) => {
      const script = [
        { call: `POST ${at}`, act: answer(201, plainStage) },
        ...times(sent, { call: `PATCH ${at}/dev`, act }),
      ];
      const input = { ...dev, deploymentId: 'dep001', clientCertificateId: 'cert01' };
      const payload = await playing(script, 'createStage', input);
      expect(payload).toMatchObject({
        stage: { deploymentId: 'dep001' },
        patchOperations: [],
        // A repeated mutation would find that the stage exists.
        userErrors: [{ code: 'PARTIALLY_APPLIED', field: null, retryable: false }],
      });
      expect(payload.userErrors).toHaveLength(1);
      expect(payload.userErrors[0]?.message).toMatch(
        /^The stage was created and is kept; the patch with the settings/,
      );
      expect(payload.userErrors[0]?.message).toMatch(message);
    },
  );

  test.each(failures)(
    'if the second call %s, a promotion reports the current state',
    async (_, act, sent, message) => {
      const script = [
        { call: `GET ${at}/dev`, act: answer(200, { ...promoted, deploymentId: 'dep001' }) },
        { call: `PATCH ${at}/dev`, act: answer(200, promoted) },
        ...times(sent, { call: `PATCH ${at}/dev`, act }),
      ];
      const payload = await playing(script, 'promoteCanary', { ...dev, removeCanary: true });
      expect(payload).toMatchObject({
        stage: { deploymentId: 'dep002', canarySettings: { percentTraffic: 0 } },
        patchOperations: [{ op: 'copy' }, { op: 'copy' }, { op: 'replace' }],
        userErrors: [{ code: 'PARTIALLY_APPLIED', field: null }],
      });
      expect(payload.userErrors[0]?.message).toMatch(/^The first of two calls succeeded; the second /);
      expect(payload.userErrors[0]?.message).toMatch(message);
    },
  );
});
