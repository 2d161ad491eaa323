import { composeServices as composeAsApollo } from '@apollo/composition';
import { ApolloGateway } from '@apollo/gateway';
import { describe, expect, test } from '@jest/globals';
import { composeServices as composeAsHive } from '@theguild/federation-composition';
import { printSchema } from '../../src/graphql/schema/schema.ts';
import { subgraphs } from './subgraphs.ts';

const withScopes = subgraphs(printSchema({ auth: true }));

describe('the SDL with scopes', () => {
  test('composes as Apollo composes, for routers that enforce them', () => {
    const { supergraphSdl, errors } = composeAsApollo(withScopes);
    expect(errors).toBeUndefined();
    expect(supergraphSdl).toContain('https://specs.apollo.dev/requiresScopes/v0.1", for: SECURITY');
    expect(supergraphSdl).toContain('https://specs.apollo.dev/authenticated/v0.1", for: SECURITY');
    expect(supergraphSdl).toMatch(/@requiresScopes\(scopes: \[\["stages:write"\]/);
  });

  test('composes as Hive composes', () => {
    const { supergraphSdl, errors } = composeAsHive(withScopes);
    expect(errors).toBeUndefined();
    expect(supergraphSdl).toMatch(/@requiresScopes\(scopes: \[\["stages:write"\]/);
  });

  test('is refused by @apollo/gateway, which enforces none: it would serve what is not to be served', async () => {
    const { supergraphSdl = '' } = composeAsApollo(withScopes);
    const gateway = new ApolloGateway({ supergraphSdl, logger: silent });
    await expect(gateway.load()).rejects.toThrow('for: SECURITY but is unsupported');
  });

  test('differs from the default one by the scopes alone', () => {
    const scopes = /\s*@(authenticated|requiresScopes\(scopes: \[\[[^)]*\]\]\))/g;
    const plain = (sdl: string) =>
      sdl
        .replace(/import: \[[^\]]*\]/, '')
        .replaceAll(scopes, '')
        .replaceAll(/\s+/g, ' ');
    expect(plain(printSchema({ auth: true }))).toBe(plain(printSchema()));
    expect(printSchema()).not.toMatch(/authenticated|requiresScopes/);
  });
});

const silent = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
};
