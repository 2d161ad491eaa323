import { z } from 'zod';
import { stringMap } from './map-of.ts';

/** AWS's defaults: 10,000 requests a second with a burst of 5,000 (docs/stage-api.md §9 "Data plane"). */
export const account = z.strictObject({
  cloudwatchRoleArn: z.string().optional(),
  throttleSettings: z
    .strictObject({ burstLimit: z.int().min(0), rateLimit: z.number().min(0) })
    .prefault({ burstLimit: 5000, rateLimit: 10_000 }),
  features: z.array(z.string()).default(['UsagePlans']),
  apiKeyVersion: z.string().default('4'),
});

/** All certificates have the same PEM text, which is not stored. */
export const clientCertificate = z.strictObject({
  clientCertificateId: z.string().min(1),
  description: z.string().optional(),
  createdDate: z.number().nonnegative(),
  expirationDate: z.number().nonnegative(),
  tags: stringMap.optional(),
});

export type Account = z.output<typeof account>;
export type ClientCertificate = z.output<typeof clientCertificate>;
