import { describe, expect, test } from '@jest/globals';
import { stageFromAws } from '../../../src/datasources/stages/from-aws.ts';
import { revisionOf } from '../../../src/datasources/stages/revision.ts';

const region = { partition: 'aws', region: 'us-east-1', dnsSuffix: 'amazonaws.com' };
const aws = {
  stageName: 'dev',
  deploymentId: 'dep001',
  variables: { a: '1', b: '2' },
  tags: { x: '1', y: '2' },
  createdDate: new Date(0),
  lastUpdatedDate: new Date(0),
};
type Aws = Parameters<typeof stageFromAws>[0];
const revision = (stage: Aws, observedAt = new Date(1)) =>
  revisionOf(stageFromAws(stage, 'petstore01', region, observedAt));

describe('the revision of a stage', () => {
  test('is opaque, short and safe in a URL', () => {
    expect(revision(aws)).toMatch(/^[\w-]{22}$/);
  });

  test('does not depend on when the stage was read, nor on the order of its maps', () => {
    const shuffled = { ...aws, variables: { b: '2', a: '1' }, tags: { y: '2', x: '1' } };
    expect(revision(shuffled, new Date(2))).toBe(revision(aws));
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
    expect(revision({ ...aws, ...change })).not.toBe(revision(aws));
  });
});
