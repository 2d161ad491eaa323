import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { cloudTrailEventOf } from '../../src/memory/events/cloudtrail-event.ts';
import { run } from '../support/run.ts';

const read = (path: string): string => readFileSync(new URL(`../../docs/${path}`, import.meta.url), 'utf8');

interface Pattern {
  readonly source: string[];
  readonly 'detail-type': string[];
  readonly detail: { readonly eventSource: string[]; readonly eventName: string[] };
}
interface Template {
  readonly Parameters: { readonly GatewayUrl: { readonly AllowedPattern: string } };
  readonly Resources: {
    readonly Connection: {
      readonly Properties: {
        readonly AuthParameters: { readonly ApiKeyAuthParameters: { readonly ApiKeyName: string } };
      };
    };
    readonly Destination: {
      readonly Properties: { readonly HttpMethod: string; readonly InvocationEndpoint: string };
    };
    readonly Rule: { readonly Properties: { readonly EventPattern: Pattern } };
  };
}

/** CloudFormation's functions are read as their arguments. */
const customTags = ['!Ref', '!GetAtt'].map((tag) => ({ tag, resolve: (text: string) => text }));
const template = parse(read('events/eventbridge.yaml'), { customTags }) as Template;
const { Connection, Destination, Rule } = template.Resources;
const terraform = read('events/eventbridge.tf');

/** The strings of a list of the Terraform file. */
const listOf = (name: string): string[] => {
  const [, list = ''] = new RegExp(`"?${name}"? += \\[([^\\]]*)\\]`).exec(terraform) ?? [];
  return [...list.matchAll(/"([^"]+)"/g)].map(([, value = '']) => value);
};

const header = Connection.Properties.AuthParameters.ApiKeyAuthParameters.ApiKeyName;
const PATH = '/events/aws';

test('the gateway takes events where both files send them, with the header that both name', async () => {
  const secret = 'a-key-of-thirty-two-characters-or-more';
  const gateway = await run({ memory: { eventsSecrets: [secret] } });
  const post = async (headers: Record<string, string>): Promise<number> =>
    (await fetch(new URL(PATH, gateway.url), { method: Destination.Properties.HttpMethod, headers })).status;
  expect(await post({ [header]: secret })).toBe(202);
  expect(await post({ [header]: 'other' })).toBe(401);
  await gateway.close();

  expect(template.Parameters.GatewayUrl.AllowedPattern.endsWith(PATH)).toBe(true);
  expect(Destination.Properties.InvocationEndpoint).toBe('GatewayUrl');
  expect(terraform).toMatch(new RegExp(`api_key \\{\\s+key += "${header}"`));
  expect(terraform).toMatch(/http_method +=\s"POST"/);
  expect(terraform).toMatch(new RegExp(`variable "gateway_url" \\{[^}]*ending in ${PATH}\\.`));
  expect(read('aws-events.md')).toContain(`\`${header}\``);
});

test('both files select the same events, which are those that the gateway understands', () => {
  const { source, detail, 'detail-type': type } = Rule.Properties.EventPattern;
  expect(source).toEqual(listOf('source'));
  expect(type).toEqual(listOf('detail-type'));
  expect(detail.eventSource).toEqual(listOf('eventSource'));
  expect(detail.eventName).toEqual(listOf('eventName'));
  expect(detail.eventName.length).toBeGreaterThan(0);
  for (const eventSource of detail.eventSource) {
    const event = {
      account: '000000000000',
      region: 'us-east-1',
      detail: {
        eventID: 'any',
        eventTime: '2026-06-01T12:00:00Z',
        eventSource,
        eventName: 'UpdateStage',
        requestParameters: { restApiId: 'petstore01', stageName: 'prod' },
      },
    };
    expect(cloudTrailEventOf(event)).toMatchObject({ restApiId: 'petstore01', stageName: 'prod' });
  }
});

/** What is left of brackets when all pairs are taken away, from the innermost on. */
function unpaired(text: string): string {
  const rest = text.replaceAll(/\{\}|\[\]|\(\)/g, '');
  return rest === text ? rest : unpaired(rest);
}

test('the brackets of the Terraform file match', () => {
  const brackets = terraform.replaceAll(/"[^"\n]*"|#.*/g, '').replaceAll(/[^{}[\]()]/g, '');
  expect(brackets.length).toBeGreaterThan(0);
  expect(unpaired(brackets)).toBe('');
});
