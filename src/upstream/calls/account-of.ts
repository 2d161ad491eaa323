import type { AwsCredentialIdentity } from '@smithy/types';

type Identity = Pick<AwsCredentialIdentity, 'accessKeyId' | 'accountId'>;

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
const ACCOUNT_MASK = 0x7fff_ffff_ff80n;

/**
 * The account of credentials; undefined if they do not contain it. Access keys made since 2018 contain it (bits 1 to 40 of
 * what follows the prefix, in base32), also the temporary keys of roles, which differ from process to process.
 */
export function accountOf({ accessKeyId, accountId }: Identity): string | undefined {
  if (accountId !== undefined) return accountId;
  const [, body] = /^(?:AKIA|ASIA)([Q-Z2-7][A-Z2-7]{15})$/.exec(accessKeyId) ?? [];
  if (body === undefined) return undefined;
  // Ten characters are 50 bits. The first 48 are six bytes: a bit of another meaning, the account's 40 bits, 7 more bits.
  const bits = Array.from(body.slice(0, 10)).reduce(
    (sum, letter) => sum * 32n + BigInt(ALPHABET.indexOf(letter)),
    0n,
  );
  return (((bits >> 2n) & ACCOUNT_MASK) >> 7n).toString().padStart(12, '0');
}
