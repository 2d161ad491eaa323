import { z } from 'zod';
import { isStorable } from '../database/storable-text.ts';

/** Half of a surrogate pair, which UTF-8 cannot encode. */
const HALF_A_PAIR = /\p{Surrogate}/u;

/** What AWS sends is stored as it came, or not at all. */
const stored = (longest: number) =>
  z
    .string()
    .max(longest)
    .refine((text) => isStorable(text) && !HALF_A_PAIR.test(text));

/** CloudTrail's record of a call, within EventBridge's envelope. What is not used is not checked. */
const event = z.object({
  account: z.string().max(20),
  region: z.string().max(40),
  detail: z.object({
    eventID: stored(100).min(1),
    eventTime: z.iso.datetime(),
    eventSource: z.literal('apigateway.amazonaws.com'),
    eventName: z.string().max(100),
    userAgent: z.string().max(2000).optional(),
    readOnly: z.boolean().optional(),
    errorCode: z.string().optional(),
    userIdentity: z.object({ arn: stored(2048).optional() }).optional(),
    requestParameters: z
      .object({
        restApiId: stored(100).optional(),
        stageName: stored(128).optional(),
        resourceArn: stored(2048).optional(),
      })
      .nullish(),
  }),
});

/** A call of API Gateway's control plane that may have changed a stage. */
export interface CloudTrailEvent {
  readonly id: string;
  readonly account: string;
  readonly region: string;
  readonly restApiId: string;
  /** Null if the event does not say which stage. */
  readonly stageName: string | null;
  readonly at: Date;
  readonly actor: string | null;
  /** What the user agent says that the id of the call is; null without it. */
  readonly requestId: string | null;
}

/** Where a gateway names its call: see own-requests.ts. Anyone can send such a user agent. */
const REQUEST_ID = / stagegraph target\/\S+ request\/([\w.-]+)/;

/** Tags are set by ARN: `arn:aws:apigateway:<region>::/restapis/<id>/stages/<name>`. */
const STAGE_ARN = /\/restapis\/([^/]+)(?:\/stages\/([^/]+))?$/;

/** What an event says; undefined if it is of another service, of a read or a failed call, names no API, or cannot be stored. */
export function cloudTrailEventOf(body: unknown): CloudTrailEvent | undefined {
  const { data } = event.safeParse(body);
  if (data === undefined) return undefined;
  const { account, region, detail } = data;
  const { eventID, eventTime, userAgent, readOnly, errorCode, userIdentity, requestParameters } = detail;
  if (readOnly === true || errorCode !== undefined) return undefined;
  const [, ofArn, stageOfArn] = STAGE_ARN.exec(requestParameters?.resourceArn ?? '') ?? [];
  const restApiId = requestParameters?.restApiId ?? ofArn;
  if (restApiId === undefined) return undefined;
  return {
    id: eventID,
    account,
    region,
    restApiId,
    stageName: requestParameters?.stageName ?? stageOfArn ?? null,
    at: new Date(eventTime),
    actor: userIdentity?.arn ?? null,
    requestId: REQUEST_ID.exec(userAgent ?? '')?.[1] ?? null,
  };
}
