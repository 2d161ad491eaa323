import { createHash } from 'node:crypto';
import type { AwsCredentialIdentity } from '@smithy/types';
import type { AwsRegion } from './calls/client.ts';

type Identity = Pick<AwsCredentialIdentity, 'accessKeyId' | 'accountId'>;

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
const ACCOUNT_MASK = 0x7fff_ffff_ff80n;

const digest = (text: string): string => createHash('sha256').update(text).digest('base64url').slice(0, 16);

/**
 * The account of an access key. Keys made since 2018 carry it (bits 1 to 40 of what follows the prefix, in base32), also
 * the temporary keys of roles, which differ from process to process. An older key stands for an account of its own.
 */
export function accountOf({ accessKeyId, accountId }: Identity): string {
  if (accountId !== undefined) return accountId;
  const [, body] = /^(?:AKIA|ASIA)([Q-Z2-7][A-Z2-7]{15})$/.exec(accessKeyId) ?? [];
  if (body === undefined) return `key-${digest(accessKeyId)}`;
  // Ten characters are 50 bits. The first 48 are six bytes: a bit of another meaning, the account's 40 bits, 7 more bits.
  const bits = Array.from(body.slice(0, 10)).reduce(
    (sum, letter) => sum * 32n + BigInt(ALPHABET.indexOf(letter)),
    0n,
  );
  return (((bits >> 2n) & ACCOUNT_MASK) >> 7n).toString().padStart(12, '0');
}

/** The name of a target in Redis: the state of two accounts, Regions or endpoints is never mixed. */
export const targetName = (
  { partition, region }: AwsRegion,
  endpoint: string | undefined,
  identity: Identity,
): string =>
  [partition, region, accountOf(identity), ...(endpoint === undefined ? [] : [digest(endpoint)])].join('/');
