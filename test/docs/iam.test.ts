import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { parse } from 'yaml';

const read = (name: string): string =>
  readFileSync(new URL(`../../docs/iam/${name}`, import.meta.url), 'utf8');

interface Statement {
  readonly Sid: string;
  readonly Action: string | string[];
  readonly Resource: string | string[];
}
interface Template {
  readonly Resources: {
    readonly Role: {
      readonly Properties: {
        readonly AssumeRolePolicyDocument: { readonly Statement: readonly object[] };
        readonly Policies: readonly {
          readonly PolicyDocument: { readonly Statement: readonly Statement[] };
        }[];
      };
    };
  };
}

/** CloudFormation's functions are read as their arguments. */
const cloudFormation = ['!Ref', '!Sub', '!GetAtt'].map((tag) => ({ tag, resolve: (text: string) => text }));

const all = (value: string | string[]): string[] => [value].flat();
const plain = ({ Sid, Action, Resource }: Statement) => ({
  Sid,
  Action: all(Action),
  Resource: all(Resource).map((arn) => arn.replace('arn:${AWS::Partition}:', 'arn:aws:')),
});

describe.each([
  ['target-read-only.yaml', 'read.json'],
  ['target-read-write.yaml', 'read-and-write.json'],
])('%s', (template, policy) => {
  const { Properties } = (parse(read(template), { customTags: cloudFormation }) as Template).Resources.Role;

  test('allows what the policy of one account allows, and nothing else', () => {
    const statements = Properties.Policies.flatMap(({ PolicyDocument }) => PolicyDocument.Statement);
    const { Statement: expected } = JSON.parse(read(policy)) as { Statement: Statement[] };
    expect(statements.map(plain)).toEqual(expected.map(plain));
  });

  test('lets only the gateway assume the role, with the external id', () => {
    expect(Properties.AssumeRolePolicyDocument.Statement).toEqual([
      {
        Effect: 'Allow',
        Action: 'sts:AssumeRole',
        Principal: { AWS: 'GatewayRoleArn' },
        Condition: { StringEquals: { 'sts:ExternalId': 'ExternalId' } },
      },
    ]);
  });
});
