import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type CryptoKey, exportJWK, generateKeyPair, type JWTPayload, SignJWT } from 'jose';
import type { TokenOptions } from '../../src/auth/access-token.ts';
import { closeAfterwards } from './closing.ts';

const ISSUER = 'https://id.example.com';
const AUDIENCE = 'stagegraph';

interface SigningKey {
  readonly kid: string;
  readonly alg: string;
  readonly privateKey: CryptoKey;
  readonly publicKey: CryptoKey;
}

async function newKey(kid: string, alg: string): Promise<SigningKey> {
  return { kid, alg, ...(await generateKeyPair(alg)) };
}

/** An issuer of tokens, with its keys at a URL of this machine. */
export interface Issuer {
  /** What a gateway that trusts it is to be told. */
  readonly options: TokenOptions;
  /** A valid token of somebody, with these scopes and claims, signed with the newest key. */
  token(scope: string, claims?: JWTPayload): Promise<string>;
  /** Signs with a new key from now on; the old ones stay published until they are withdrawn. */
  rotate(alg?: string): Promise<void>;
  withdrawOldKeys(): void;
  /** How often the keys were fetched. */
  readonly fetches: () => number;
  /** What the URL of the keys answers instead of them. */
  answerKeysWith(answer: { status: number; body: string } | undefined): void;
  close(): Promise<void>;
}

export async function startIssuer(alg = 'RS256'): Promise<Issuer> {
  let newest = await newKey('key-1', alg);
  let keys = [newest];
  let fetches = 0;
  let instead: { status: number; body: string } | undefined;
  const published = async (): Promise<string> =>
    JSON.stringify({
      keys: await Promise.all(
        keys.map(async ({ kid, alg: keyAlg, publicKey }) => ({
          ...(await exportJWK(publicKey)),
          kid,
          alg: keyAlg,
          use: 'sig',
        })),
      ),
    });
  const server = createServer((_, response) => {
    fetches += 1;
    if (instead !== undefined) {
      response.writeHead(instead.status, { 'content-type': 'application/json' }).end(instead.body);
      return;
    }
    void published().then((body) =>
      response.writeHead(200, { 'content-type': 'application/json' }).end(body),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;

  return {
    options: {
      jwksUrl: new URL(`http://127.0.0.1:${port}/keys`),
      issuer: ISSUER,
      audience: [AUDIENCE],
      scopeClaim: 'scope',
      algorithms: ['RS256', 'ES256'],
      clockSkewSeconds: 5,
    },
    token(scope, claims = {}) {
      const now = Math.floor(Date.now() / 1000);
      return new SignJWT({
        iss: ISSUER,
        aud: AUDIENCE,
        sub: 'ada',
        iat: now,
        exp: now + 300,
        scope,
        ...claims,
      })
        .setProtectedHeader({ alg: newest.alg, kid: newest.kid })
        .sign(newest.privateKey);
    },
    async rotate(newAlg = alg) {
      newest = await newKey(`key-${keys.length + 1}`, newAlg);
      keys.push(newest);
    },
    withdrawOldKeys() {
      keys = [newest];
    },
    fetches: () => fetches,
    answerKeysWith(answer) {
      instead = answer;
    },
    close: closeAfterwards(async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    }),
  };
}

/** The header that carries a token. */
export const bearer = (token: string): Record<string, string> => ({ authorization: `Bearer ${token}` });
