import { z } from 'zod';
import { authentication } from './variables/authentication.ts';
import { caches } from './variables/caches.ts';
import { documents } from './variables/documents.ts';
import type { VariableManual } from './variables/formats.ts';
import { http } from './variables/http.ts';
import { limits } from './variables/limits.ts';
import { listening } from './variables/listening.ts';
import { memory } from './variables/memory.ts';
import { redis } from './variables/redis.ts';
import { stageApi } from './variables/stage-api.ts';
import { logs, telemetry } from './variables/telemetry.ts';
import { upstream } from './variables/upstream.ts';

/** One row per variable: its type, default and documentation, in the order of the documentation. */
export const variables = z.object({
  ...listening,
  ...stageApi,
  ...authentication,
  ...caches,
  ...upstream,
  ...redis,
  ...memory,
  ...http,
  ...telemetry,
  ...documents,
  ...limits,
  ...logs,
});

export type Variables = z.infer<typeof variables>;

/** Variables that libraries read from the same environment. */
export const readByOthers: Readonly<Record<string, VariableManual>> = {
  OTEL_SERVICE_NAME: {
    otherwise: '`stagegraph`',
    meaning: 'Name of the service in traces.',
  },
  OTEL_TRACES_SAMPLER: {
    otherwise: '`parentbased_always_on`',
    meaning:
      'OpenTelemetry sampler that decides which traces are recorded, for example ' +
      '`parentbased_traceidratio` with `OTEL_TRACES_SAMPLER_ARG=0.1` for a tenth.',
  },
  AWS_REGION: {
    otherwise: "the profile's Region",
    meaning:
      'AWS Region whose API Gateway is called, for example `eu-central-1`. The AWS SDK reads it, as it ' +
      'reads all its other variables (`AWS_PROFILE`, credentials, roles). Without a Region, calls to AWS ' +
      'fail.',
  },
};
