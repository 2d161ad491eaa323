import { createHmac, hkdfSync, randomBytes, timingSafeEqual } from 'node:crypto';
import { targetId, type TargetKey } from '../../fleet/target.ts';
import { oncePer } from '../../memoize/once-per.ts';

/** A call is made within this time after it got its id. It bounds how long somebody who has seen an id can use it. */
const VALID_MS = 15 * 60_000;

const ID = /^([0-9a-z]{1,12})\.([\w-]{11})\.([\w-]{22})$/;

export type OwnRequests = ReturnType<typeof createOwnRequests>;

const keyFrom = oncePer((databaseKey: Buffer) =>
  Buffer.from(hkdfSync('sha256', databaseKey, '', 'ids of own requests', 32)),
);

/**
 * Ids of the calls that change something, which CloudTrail shows in the user agent. All processes of a database know them by
 * its key, before their entries are written and after a restart; nobody else can make one.
 */
export function createOwnRequests(databaseKey: () => Buffer, now: () => number = Date.now) {
  const sign = (target: TargetKey, time: string, nonce: string): string =>
    createHmac('sha256', keyFrom(databaseKey()))
      .update(JSON.stringify([targetId(target), time, nonce]))
      .digest('base64url')
      .slice(0, 22);
  return {
    newId(target: TargetKey): string {
      const time = now().toString(36);
      const nonce = randomBytes(8).toString('base64url');
      return `${time}.${nonce}.${sign(target, time, nonce)}`;
    },
    /** `at`: when the call was made, by AWS's clock. */
    isOwn(id: string, target: TargetKey, at: Date): boolean {
      const [, time, nonce, signature] = ID.exec(id) ?? [];
      if (time === undefined || nonce === undefined || signature === undefined) return false;
      if (Math.abs(at.getTime() - parseInt(time, 36)) > VALID_MS) return false;
      return timingSafeEqual(Buffer.from(signature), Buffer.from(sign(target, time, nonce)));
    },
  };
}
