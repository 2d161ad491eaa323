import { expect, test } from '@jest/globals';
import { createTokenVerifier } from '../../src/auth/access-token.ts';
import { KeysUnavailable } from '../../src/auth/signing-keys.ts';
import { MEGABYTE, startEndless } from '../support/endless.ts';
import { startIssuer } from '../support/issuer.ts';
import { silentLogger } from '../support/silence.ts';

test('an endless key set is read up to a limit, and tokens cannot be verified', async () => {
  const issuer = await startIssuer();
  const endless = await startEndless(200);
  const options = { ...issuer.options, jwksUrl: new URL(endless.url) };
  const verifier = createTokenVerifier(options, silentLogger);
  await expect(verifier.verify(await issuer.token('stages:read'))).rejects.toThrow(KeysUnavailable);
  expect(endless.sent).toHaveLength(1);
  // The buffers of both sockets count as sent.
  expect(endless.sent.filter((bytes) => bytes > 16 * MEGABYTE)).toEqual([]);
  verifier.close();
  await endless.close();
  await issuer.close();
});
