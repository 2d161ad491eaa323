import { gatewayError } from '../../errors/gateway-error.ts';
import type { StageMemory } from './stage-memory.ts';

const unavailable = (): Promise<never> =>
  Promise.reject(gatewayError('STORAGE_UNAVAILABLE', 'The gateway has no database.'));
const nothing = (): void => undefined;

/** For a gateway that remembers nothing. */
export const noMemory: StageMemory = {
  observe: {
    stages: nothing,
    stage: nothing,
    missingStage: nothing,
    missingApi: nothing,
    restApis: nothing,
    methods: nothing,
  },
  newRequestId: () => undefined,
  record: () => Promise.resolve('STORED'),
  history: unavailable,
  inventory: unavailable,
  totals: unavailable,
  stateAt: unavailable,
  drift: unavailable,
  recordBaseline: unavailable,
  removeBaseline: unavailable,
};
