import { beforeEach, describe, expect, test } from '@jest/globals';
import { apiId, manyApis } from '../support/many-apis.ts';
import { runSupergraph, type RunningSupergraph } from './supergraph.ts';

const apis = Array.from({ length: 10 }, (_, index) => apiId(index));
const stageNames = Array.from({ length: 10 }, (_, index) => `stage${index}`);

/** A service that runs on all of them. */
const stages = apis.flatMap((restApiId) => stageNames.map((stageName) => ({ restApiId, stageName })));
const catalogue = { services: [{ id: 'everything', team: 'platform', stages }], owners: {} };

let supergraph: RunningSupergraph;
beforeEach(async () => {
  supergraph = await runSupergraph({ stageApi: manyApis(10, stageNames), catalogue });
});

interface Found {
  service: { stages: ({ restApiId: string; stageName: string; deploymentId: string } | null)[] };
}
const query = '{ service(id: "everything") { stages { restApiId stageName deploymentId } } }';

describe('a hundred stages of ten APIs, through the whole supergraph', () => {
  test('cost ten upstream calls', async () => {
    const { data, errors } = await supergraph.graphql<Found>(query);
    expect(errors).toBeUndefined();
    expect(data.service.stages).toEqual(stages.map((stage) => ({ ...stage, deploymentId: 'dep001' })));
    expect(supergraph.stagegraph.stageApi.calls()).toEqual({ GetStages: 10 });
  });

  test('one API that cannot be read: its ten are null, each with a code, and the ninety are there', async () => {
    const refused = { action: 'fail', status: 403, code: 'AccessDeniedException' } as const;
    supergraph.stagegraph.stageApi.configure({
      faults: [
        { operation: 'GetStages', times: 1, ...refused },
        // Without the list, stages are read one by one.
        { operation: 'GetStage', ...refused },
      ],
    });
    const { data, errors } = await supergraph.graphql<Found>(query);
    const missing = stages.filter((_, index) => data.service.stages[index] === null);
    expect(missing).toHaveLength(10);
    expect(new Set(missing.map(({ restApiId }) => restApiId)).size).toBe(1);
    expect(errors?.map(({ extensions }) => extensions.code)).toEqual(
      Array.from({ length: 10 }, () => 'UPSTREAM_ACCESS_DENIED'),
    );
    expect(data.service.stages.filter((stage) => stage?.deploymentId === 'dep001')).toHaveLength(90);
  });
});
