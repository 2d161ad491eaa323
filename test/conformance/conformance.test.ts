import { describe, expect, it } from '@jest/globals';
import { readCases } from '../../src/conformance/cases.ts';
import { connect } from '../../src/conformance/endpoint.ts';
import { replay } from '../../src/conformance/replay.ts';
import { useStageApi } from '../embedded/stage-api.ts';

const stageApi = useStageApi();

describe('the embedded Stage API answers as AWS did', () => {
  it.each(readCases().map((recorded) => [recorded.id, recorded] as const))('%s', async (_id, recorded) => {
    const credentials = { accessKeyId: 'any', secretAccessKey: 'any' };
    const send = connect({ url: stageApi.api().url, region: 'us-east-1', credentials, timeoutMs: 10_000 });
    const { steps } = await replay(send, recorded);
    expect(steps.filter(({ differences }) => differences.length > 0)).toEqual([]);
  });
});
