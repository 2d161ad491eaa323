import type { EmbeddedStageApiOptions } from '../../src/embedded/start.ts';

const createdDate = 1_767_600_000;

export const apiId = (index: number): string => `api${String(index).padStart(7, '0')}`;

/** An account with `count` APIs. The stages of each are spread over its deployments. */
export const manyApis = (
  count: number,
  stageNames: readonly string[] = ['dev'],
  deploymentIds: readonly string[] = ['dep001'],
): EmbeddedStageApiOptions => ({
  state: {
    format: 'embedded-stage-api',
    version: 1,
    restApis: Array.from({ length: count }, (_, index) => ({
      id: apiId(index),
      name: `API ${index}`,
      createdDate,
      rootResourceId: 'root000001',
      deployments: deploymentIds.map((id) => ({ id, createdDate })),
      stages: stageNames.map((stageName, place) => ({
        stageName,
        deploymentId: deploymentIds[place % deploymentIds.length] ?? '',
        createdDate,
        lastUpdatedDate: createdDate,
      })),
    })),
  },
});
