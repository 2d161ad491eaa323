import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { readVersion } from '../../src/app/version.ts';
import { readStartConfig } from '../../src/config/config.ts';
import { variables } from '../../src/config/variables.ts';
import {
  Intrinsic,
  intrinsicsOf,
  readTemplate,
  resourceProblems,
  type Template,
} from '../support/cloudformation.ts';
import { providerSettings } from '../support/provider-settings.ts';

interface Statement {
  readonly Sid?: string;
  readonly Effect: string;
  readonly Action: string | string[];
  readonly Resource: unknown;
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
    const conditions = new Set([
      ...conditionsOf(template),
      ...Object.values(Resources).flatMap(({ Condition = [] }) => Condition),
    ]);
    expect([...conditions].sort()).toEqual(Object.keys(Conditions).sort());
  });

  // Fn::Contains and its like are for rules only, Fn::Sub and its like for neither.
  test('has rules and conditions of functions that AWS documents for both', () => {
    const names = intrinsicsOf([template.Rules, template.Conditions]).map(({ name }) => name);
    const documented = ['Equals', 'Not', 'Or', 'Ref', 'Condition'];
    expect(names.filter((name) => !documented.includes(name))).toEqual([]);
    // A condition refers to another one, a rule cannot.
    expect(conditionsOf(template.Rules)).toEqual([]);
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
  const { Resources } = readTemplate('deploy/aws/gateway-role.yaml');
  const policies = Object.values(Resources)
    .filter(({ Type }) => Type === 'AWS::IAM::Policy')
    .map(({ Condition, Properties }) => ({ Condition, ...(Properties as unknown as Policy) }));
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
    const [given] = statementsOf('assume-targets');
    const [documentedOne, ...others] = documented('assume-targets');
    expect(others).toEqual([]);
    expect(given).toEqual({
      ...documentedOne,
      Resource: new Intrinsic('Split', [',', new Intrinsic('Ref', 'TargetRoleArns')]),
    });
  });

  test('has each policy with the access that it is for', () => {
    expect(policies.map(({ PolicyName, Condition }) => [PolicyName, Condition])).toEqual([
      ['read', 'Reads'],
      ['change', 'Changes'],
      ['assume-targets', 'Assumes'],
    ]);
  });

  test.each([
    ['', true],
    ['arn:aws:iam::111122223333:role/stagegraph', true],
    ['arn:aws:iam::111122223333:role/stagegraph,arn:aws:iam::444455556666:role/stagegraph', true],
    ['arn:aws:iam::111122223333:role/stagegraph, arn:aws:iam::444455556666:role/stagegraph', false],
    ['arn:aws:iam::1:role/stagegraph', false],
  ])('takes the ARNs "%s": %s', (arns, taken) => {
    const { AllowedPattern = '' } =
      readTemplate('deploy/aws/gateway-role.yaml').Parameters.TargetRoleArns ?? {};
    expect(new RegExp(`^(?:${AllowedPattern})$`).test(arns)).toBe(taken);
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
  };
  const secrets: Readonly<Record<string, string>> = {
    REDIS_URL: 'rediss://redis',
    DATABASE_URL: 'postgres://db/stagegraph',
    HISTORY_KEY: Buffer.alloc(32).toString('base64'),
    ROUTER_SECRETS: 'a secret of a router, forty characters long',
  };
  /** What the template makes of parameters; the others have their defaults. */
  const environmentOf = (parameters: Readonly<Record<string, string>>) =>
    Object.fromEntries(
      container.Environment.map(({ Name, Value }) => {
        if (!(Value instanceof Intrinsic)) return [Name, String(Value)];
        const parameter = String(Value.argument);
        const value = parameters[parameter] ?? template.Parameters[parameter]?.Default;
        if (value === undefined) throw new Error(`${parameter} needs a value`);
        return [Name, String(value)];
      }),
    );
  const environment = environmentOf(values);
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

  const parameterOf = (variable: string) =>
    variable.toLowerCase().replaceAll(/(?:^|_)(\w)/g, (_, letter: string) => letter.toUpperCase());

  test('has a parameter for each variable that it does not set itself, by the same name', () => {
    const given = container.Environment.filter(
      ({ Name, Value }) => Value instanceof Intrinsic && !['AWS_REGION', 'TARGETS'].includes(Name),
    );
    expect(given.map(({ Value }) => (Value as Intrinsic).argument)).toEqual(
      given.map(({ Name }) => parameterOf(Name)),
    );
    const tokens = Object.keys(variables.shape).filter((name) =>
      /^AUTH_(?:ISSUER|JWKS_URL|AUDIENCE|CLIENT_IDS|SCOPE_)/.test(name),
    );
    expect(given.map(({ Name }) => Name)).toEqual(expect.arrayContaining(tokens));
  });

  test.each(['Amazon Cognito', 'Microsoft Entra ID', 'Okta', 'Keycloak', 'Auth0'])(
    'has the configuration of docs/identity-providers.md with the parameters for %s: an empty variable counts as not set',
    async (provider) => {
      const settings = providerSettings(provider);
      const parameters = Object.fromEntries(
        Object.entries(settings).map(([name, value]) => [parameterOf(name), value]),
      );
      const given = environmentOf({ 'AWS::Region': 'eu-central-1', ...parameters });
      const { config } = await readStartConfig({ ...image, ...given, ...secrets });
      const { SHUTDOWN_DELAY_SECONDS, METRICS_PORT, AWS_REGION } = given;
      const plain = await readStartConfig({
        ...{ ...image, ...settings, ...secrets, STAGE_API: 'aws' },
        ...{ SHUTDOWN_DELAY_SECONDS, METRICS_PORT, AWS_REGION },
      });
      expect(config).toEqual({ ...plain.config, isProtected: expect.any(Function) });
    },
  );

  test('takes what parameters.json gives it: every parameter without a default, and none that it does not have', async () => {
    const lines = JSON.parse(
      readFileSync(new URL('../../deploy/aws/parameters.json', import.meta.url), 'utf8'),
    ) as string[];
    const given = Object.fromEntries(lines.map((line) => line.split(/=(.*)/s).slice(0, 2))) as Record<
      string,
      string
    >;
    const names = Object.entries(template.Parameters);
    expect(Object.keys(given).filter((name) => !(name in template.Parameters))).toEqual([]);
    expect(names.filter(([name, { Default }]) => Default === undefined && !given[name])).toEqual([]);
    expect(given.Image).toBe(`ghcr.io/example/stagegraph:${readVersion()}`);
    const { config } = await readStartConfig({
      ...{ ...image, ...environmentOf({ 'AWS::Region': 'eu-central-1', ...given }) },
      ...secrets,
      ROUTER_SECRETS: '',
    });
    expect(config.auth).toMatchObject({ issuer: given.AuthIssuer });
    expect(config.routerSecrets).toEqual([]);
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
