import { type StateInput } from '../src/embedded/start.ts';
import { sampleData } from '../src/embedded/state/sample-data.ts';

/** As many as AWS's quota lets one REST API have. */
export const stagesPerApi = 10;

export const idOf = (api: number) => `api${String(api).padStart(7, '0')}`;
export const stageNameOf = (stage: number) => `prod${stage}`;
export const stageNames = Array.from({ length: stagesPerApi }, (_, stage) => stageNameOf(stage));

/** The sample's fullest REST API, with ten of its fullest stage. */
function apiOf(index: number, stageCount: number): StateInput['restApis'][number] {
  const [petstore] = sampleData.restApis;
  const prod = petstore?.stages?.find(({ stageName }) => stageName === 'prod');
  if (!petstore || !prod) throw new Error('The sample data has no stage prod to copy');
  const stages = stageNames.slice(0, stageCount).map((stageName) => ({ ...prod, stageName }));
  return { ...petstore, id: idOf(index), name: `Petstore ${index}`, stages };
}

/** A state file of so many REST APIs, in pieces. */
export function* stateFileOf(apis: number, stageCount = stagesPerApi) {
  yield '{"format":"embedded-stage-api","version":1,"restApis":[';
  for (let i = 0; i < apis; i++) yield `${i === 0 ? '' : ','}${JSON.stringify(apiOf(i, stageCount))}`;
  yield ']}';
}
