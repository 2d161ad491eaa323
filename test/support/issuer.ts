import { createServer } from 'node:http';
import {
  type CryptoKey,
  exportJWK,
  generateKeyPair,
  type JWTHeaderParameters,
  type JWTPayload,
  SignJWT,
} from 'jose';
import type { TokenOptions } from '../../src/auth/access-token.ts';
import { listenLocally } from './local-server.ts';

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

/** A token issuer with a JSON Web Key Set at a local URL. */
export interface Issuer {
  /** For a gateway that trusts this issuer. */
  readonly options: TokenOptions;
  /** A valid token with these scopes and claims, signed with the newest key. */
  token(scope: string, claims?: JWTPayload): Promise<string>;
  /** A token with exactly these claims, signed with the newest key. */
  sign(claims: JWTPayload, header?: Omit<JWTHeaderParameters, 'alg'>): Promise<string>;
  /** Signs with a new key; the old ones stay published until they are withdrawn. */
  rotate(alg?: string): Promise<void>;
  withdrawOldKeys(): void;
  /** How often the keys were fetched. */
  readonly fetches: () => number;
  /** Sets another response of the key set's URL. */
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
  const { url, close } = await listenLocally(server);
  const sign: Issuer['sign'] = (claims, header = {}) =>
    new SignJWT(claims)
      .setProtectedHeader({ ...header, alg: newest.alg, kid: newest.kid })
      .sign(newest.privateKey);

  return {
    options: {
      jwksUrl: new URL('/keys', url),
      issuer: ISSUER,
      audience: [AUDIENCE],
      clientIds: undefined,
      scopeClaim: 'scope',
      scopePrefix: '',
      scopeMap: [],
      algorithms: ['RS256', 'ES256'],
      clockSkewSeconds: 5,
    },
    token(scope, claims = {}) {
      const now = Math.floor(Date.now() / 1000);
      return sign({
        iss: ISSUER,
        aud: AUDIENCE,
        sub: 'ada',
        iat: now,
        exp: now + 300,
        scope,
        ...claims,
      });
    },
    sign,
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
    close,
  };
}

/** The header that carries a token. */
export const bearer = (token: string): Record<string, string> => ({ authorization: `Bearer ${token}` });
