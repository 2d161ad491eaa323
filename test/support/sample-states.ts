import type { StateInput } from '../../src/embedded/start.ts';
import { sampleData } from '../../src/embedded/state/sample-data.ts';
import { defaultMethodSetting } from '../../src/embedded/state/state.ts';

type ApiState = StateInput['restApis'][number];
type StageState = NonNullable<ApiState['stages']>[number];

/** The sample data with members of one stage replaced. */
export const sampleWithStage = (
  restApiId: string,
  stageName: string,
  change: (stage: StageState) => Partial<StageState>,
): StateInput => ({
  ...sampleData,
  restApis: sampleData.restApis.map((api) => ({
    ...api,
    stages: (api.stages ?? []).map((stage) =>
      api.id === restApiId && stage.stageName === stageName ? { ...stage, ...change(stage) } : stage,
    ),
  })),
});

/** The sample data with further keys in the method settings of the stage `live` of `orders0002`. */
export const liveWithKeys = (...keys: string[]): StateInput =>
  sampleWithStage('orders0002', 'live', ({ methodSettings }) => ({
    methodSettings: {
      ...(methodSettings as object),
      ...Object.fromEntries(keys.map((key) => [key, defaultMethodSetting])),
    },
  }));

/** The sample data with a stage whose description is as long as no other. */
const longWinded = sampleWithStage('petstore01', 'dev', () => ({ description: 'x'.repeat(250_000) }));

/** An answer of twenty megabytes, more than lies on the way to a client: the state that it needs, and the query. */
export const largeAnswer = {
  state: longWinded,
  query: `{ ${Array.from(
    { length: 80 },
    (_, index) => `a${index}: stages(restApiId: "petstore01") { description }`,
  ).join(' ')} }`,
};
