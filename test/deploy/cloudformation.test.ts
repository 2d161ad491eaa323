import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { readStartConfig } from '../../src/config/config.ts';
import {
  branchesOf,
  Intrinsic,
  intrinsicsOf,
  readTemplate,
  resourceProblems,
  type Template,
} from '../support/cloudformation.ts';

interface Statement {
  readonly Sid?: string;
  readonly Effect: string;
  readonly Action: string | string[];
  readonly Resource: unknown;
}
interface Role {
  readonly Policies: readonly unknown[];
}
interface Policy {
  readonly PolicyName: string;
  readonly PolicyDocument: { readonly Statement: readonly Statement[] };
}
interface Named {
  readonly Name: string;
}
interface Container {
  readonly StopTimeout: number;
  readonly PortMappings: readonly { readonly ContainerPort: number }[];
  readonly Environment: readonly (Named & { readonly Value: unknown })[];
  readonly Secrets: readonly (Named & { readonly ValueFrom: Intrinsic })[];
  readonly HealthCheck: { readonly Command: readonly string[] };
}

const templates = [
  'deploy/aws/gateway-role.yaml',
  'deploy/aws/ecs.yaml',
  'docs/iam/target-read-only.yaml',
  'docs/iam/target-read-write.yaml',
  'docs/events/eventbridge.yaml',
];

/** Parameters and resources that a value refers to. */
const referencesOf = (value: unknown): string[] =>
  intrinsicsOf(value).flatMap(({ name, argument }) => {
    const text = String(argument);
    if (name === 'Ref') return [text];
    if (name === 'GetAtt') return [text.replace(/\..*/, '')];
    if (name === 'Sub') return [...text.matchAll(/\$\{([\w:]+)/g)].map(([, reference = '']) => reference);
    return [];
  });
const conditionsOf = (value: unknown): string[] =>
  intrinsicsOf(value).flatMap(({ name, argument }) =>
    name === 'If' ? [String((argument as unknown[])[0])] : name === 'Condition' ? [String(argument)] : [],
  );

describe.each(templates)('%s', (path) => {
  const template = readTemplate(path);

  test('has resources, with all properties that they need and none that CloudFormation does not know', () => {
    expect(Object.keys(template.Resources).length).toBeGreaterThan(0);
    expect(resourceProblems(template)).toEqual([]);
  });

  test('refers to what it has, and uses all of its parameters and conditions', () => {
    const { Parameters, Conditions = {}, Resources } = template;
    const references = new Set(referencesOf(template).filter((name) => !name.startsWith('AWS::')));
    const there = [...Object.keys(Parameters), ...Object.keys(Resources)];
    expect([...references].filter((name) => !there.includes(name))).toEqual([]);
    expect(Object.keys(Parameters).filter((name) => !references.has(name))).toEqual([]);
    expect([...new Set(conditionsOf(template))].sort()).toEqual(Object.keys(Conditions).sort());
  });
});

test.each<[string, (properties: string) => string, string]>([
  [
    'misspelt',
    (properties) => properties.replace('"StopTimeout"', '"StopTimeOut"'),
    'StopTimeOut is unknown',
  ],
  [
    'of another type',
    (properties) => properties.replace(/"Essential":true/, '"Essential":"yes"'),
    'Essential is no boolean',
  ],
  ['missing', (properties) => properties.replace(/"Image":\{[^}]*\},/, ''), 'Image is missing'],
])('a property that is %s is found', (_, spoil, problem) => {
  const { Task } = readTemplate('deploy/aws/ecs.yaml').Resources;
  const Properties = JSON.parse(spoil(JSON.stringify(Task?.Properties))) as Record<string, unknown>;
  const { ContainerDefinitions, Family } = Properties;
  const Resources = {
    Task: { Type: 'AWS::ECS::TaskDefinition', Properties: { ContainerDefinitions, Family } },
  };
  expect(resourceProblems({ Parameters: {}, Resources }).join('\n')).toContain(
    `ContainerDefinitions[0].${problem}`,
  );
});

describe("the gateway's own role", () => {
  const { Policies } = readTemplate('deploy/aws/gateway-role.yaml').Resources.Role
    ?.Properties as unknown as Role;
  const policies = Policies.flatMap(branchesOf).filter(
    (policy) => !(policy instanceof Intrinsic),
  ) as Policy[];
  const statementsOf = (...names: string[]) =>
    policies
      .filter(({ PolicyName }) => names.includes(PolicyName))
      .flatMap(({ PolicyDocument }) => PolicyDocument.Statement);
  const plain = ({ Sid, Effect, Action, Resource }: Statement) => ({
    Sid,
    Effect,
    Action: [Action].flat(),
    Resource: [Resource]
      .flat()
      .map((arn) =>
        arn instanceof Intrinsic ? String(arn.argument).replace('arn:${AWS::Partition}:', 'arn:aws:') : arn,
      ),
  });
  const documented = (name: string): Statement[] => {
    const policy = readFileSync(new URL(`../../docs/iam/${name}.json`, import.meta.url), 'utf8');
    return (JSON.parse(policy) as { Statement: Statement[] }).Statement;
  };

  test.each([
    ['read', ['read']],
    ['read-and-write', ['read', 'change']],
  ])('with the access %s may do what the documented policy allows, and nothing else', (access, names) => {
    expect(statementsOf(...names).map(plain)).toEqual(documented(access).map(plain));
  });

  test('with the access assume-targets may assume the roles that it is given, and nothing else', () => {
    const expected = documented('assume-targets').map((statement) => ({
      ...plain(statement),
      Resource: ['TargetRoleArns'],
    }));
    expect(statementsOf('assume-targets').map(plain)).toEqual(expected);
    expect(policies).toHaveLength(3);
  });
});

describe('the task on ECS', () => {
  const template: Template = readTemplate('deploy/aws/ecs.yaml');
  const { ContainerDefinitions } = template.Resources.Task?.Properties as unknown as {
    readonly ContainerDefinitions: readonly [Container];
  };
  const [container] = ContainerDefinitions;
  const values: Readonly<Record<string, string>> = {
    'AWS::Region': 'eu-central-1',
    AuthIssuer: 'https://id.example.com',
    AuthJwksUrl: 'https://id.example.com/jwks.json',
    AuthAudience: 'stagegraph',
    TargetsFile: '',
  };
  const secrets: Readonly<Record<string, string>> = {
    REDIS_URL: 'rediss://redis',
    DATABASE_URL: 'postgres://db/stagegraph',
    HISTORY_KEY: Buffer.alloc(32).toString('base64'),
    ROUTER_SECRETS: 'a secret of a router, forty characters long',
  };
  const environment = Object.fromEntries(
    container.Environment.map(({ Name, Value }) => [
      Name,
      Value instanceof Intrinsic ? (values[String(Value.argument)] ?? '') : String(Value),
    ]),
  );
  const image = { NODE_ENV: 'production', HOST: '0.0.0.0', PORT: '4000' };

  test('takes its secrets from members of the secret by their names', () => {
    expect(container.Secrets.map(({ Name, ValueFrom }) => [Name, ValueFrom.argument])).toEqual(
      Object.keys(secrets).map((name) => [name, `\${SecretArn}:${name}::`]),
    );
  });

  test('is one with which a gateway starts, and stops in time', async () => {
    const { config } = await readStartConfig({ ...image, ...environment, ...secrets });
    expect(config.auth).toMatchObject({ issuer: values.AuthIssuer });
    expect(container.PortMappings.map(({ ContainerPort }) => ContainerPort)).toEqual([
      config.port,
      config.metricsPort,
    ]);
    expect(container.StopTimeout * 1000).toBeGreaterThan(config.shutdownTimeoutMs);
  });

  test('checks its health as the image does', () => {
    const dockerfile = readFileSync(new URL('../../Dockerfile', import.meta.url), 'utf8');
    const [, check = ''] = /HEALTHCHECK[^[]*\["node", "-e", "(.*)"\]/.exec(dockerfile) ?? [];
    expect(container.HealthCheck.Command).toEqual([
      ...['CMD', 'node', '-e'],
      check.replace("127.0.0.1:' + process.env.PORT + '/", '127.0.0.1:4000/'),
    ]);
  });
});
