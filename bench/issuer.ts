import { once } from 'node:events';
import { createServer } from 'node:http';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import { freePort } from './processes.ts';

const issuer = 'https://id.example.com';
const audience = 'stagegraph';
const alg = 'RS256';

/** Whom a gateway trusts, and one who may read everything. */
export interface Issuer {
  readonly env: Readonly<Record<string, string>>;
  /** Headers of a request with a good token. */
  readonly headers: Readonly<Record<string, string>>;
  readonly close: () => void;
}

/** Publishes its keys from this process: a gateway fetches them once. */
export async function startIssuer(): Promise<Issuer> {
  const { publicKey, privateKey } = await generateKeyPair(alg);
  const keys = [{ ...(await exportJWK(publicKey)), kid: 'key', alg, use: 'sig' }];
  const server = createServer((_, response) => {
    response.setHeader('content-type', 'application/json').end(JSON.stringify({ keys }));
  });
  const port = await freePort();
  await once(server.listen(port, '127.0.0.1'), 'listening');
  const token = await new SignJWT({ scope: 'stages:read stages:variables' })
    .setProtectedHeader({ alg, kid: 'key' })
    .setIssuer(issuer)
    .setAudience(audience)
    .setSubject('bench')
    .setIssuedAt()
    .setExpirationTime('1h')
    .sign(privateKey);
  return {
    env: {
      AUTH_JWKS_URL: `http://127.0.0.1:${port}/`,
      AUTH_ISSUER: issuer,
      AUTH_AUDIENCE: audience,
    },
    headers: { authorization: `Bearer ${token}` },
    close: () => void server.close(),
  };
}
