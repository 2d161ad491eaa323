import { describe, expect, test } from '@jest/globals';
import { revisionOf } from '../../../../src/datasources/stages/wire/revision.ts';

const aws = {
  stageName: 'dev',
  deploymentId: 'dep001',
  variables: { a: '1', b: '2' },
  tags: { x: '1', y: '2' },
  createdDate: new Date(0),
  lastUpdatedDate: new Date(0),
};
type Aws = Parameters<typeof revisionOf>[0];

describe('the revision of a stage', () => {
  test('is opaque, short and safe in a URL', () => {
    expect(revisionOf(aws)).toMatch(/^[\w-]{22}$/);
  });

  test('does not change when the gateway is upgraded', () => {
    expect(revisionOf(aws)).toBe('a1ei6hGaae_HzjX9mTgPWq');
  });

  test('depends on members that the schema does not know', () => {
    const unknown = { ...aws, methodSettings: { '*/*': { loggingLevel: 'TRACE' } } };
    const other = { ...aws, methodSettings: { '*/*': { loggingLevel: 'DEBUG' } } };
    expect(revisionOf(unknown)).not.toBe(revisionOf(other));
  });

  test('does not depend on the order of members, nor on metadata of the SDK', () => {
    const shuffled = {
      $metadata: { requestId: 'x' },
      ...aws,
      variables: { b: '2', a: '1' },
      tags: { y: '2', x: '1' },
    };
    expect(revisionOf(shuffled)).toBe(revisionOf(aws));
  });

  test.each<[string, Partial<Aws>]>([
    ['deployment', { deploymentId: 'dep002' }],
    ['description', { description: 'x' }],
    ['variables', { variables: { a: '1' } }],
    ['value of a variable', { variables: { a: '1', b: '3' } }],
    ['tags', { tags: {} }],
    ['canary', { canarySettings: { percentTraffic: 0 } }],
    ['method settings', { methodSettings: { '*/*': {} } }],
    ['access log', { accessLogSettings: { format: 'x' } }],
    ['cache cluster', { cacheClusterEnabled: true }],
    ['cluster status', { cacheClusterStatus: 'CREATE_IN_PROGRESS' }],
    ['tracing', { tracingEnabled: true }],
    ['certificate', { clientCertificateId: 'c' }],
    ['documentation', { documentationVersion: '1' }],
    ['web ACL', { webAclArn: 'a' }],
    ['date', { lastUpdatedDate: new Date(5) }],
  ])('changes with its %s', (_, change) => {
    expect(revisionOf({ ...aws, ...change })).not.toBe(revisionOf(aws));
  });
});
