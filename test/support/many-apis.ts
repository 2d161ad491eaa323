import type { EmbeddedStageApiOptions } from '../../src/embedded/start.ts';

const createdDate = 1_767_600_000;

/** An account with so many APIs, each with one stage. */
export const manyApis = (count: number): EmbeddedStageApiOptions => ({
  state: {
    format: 'embedded-stage-api',
    version: 1,
    restApis: Array.from({ length: count }, (_, index) => ({
      id: `api${String(index).padStart(7, '0')}`,
      name: `API ${index}`,
      createdDate,
      rootResourceId: 'root000001',
      deployments: [{ id: 'dep001', createdDate }],
      stages: [{ stageName: 'dev', deploymentId: 'dep001', createdDate, lastUpdatedDate: createdDate }],
    })),
  },
});
