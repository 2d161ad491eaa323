import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { ConfigError } from '../../src/config/config-error.ts';
import { readStartConfig } from '../../src/config/config.ts';
import { readTargetsFile } from '../../src/config/targets-file.ts';

const folder = mkdtempSync(join(tmpdir(), 'targets-'));
const path = join(folder, 'targets.yaml');

function read(text: string) {
  writeFileSync(path, text);
  return readTargetsFile(path);
}

/** The mistakes in a text, without the path of the file. */
function mistakesIn(text: string): readonly string[] {
  try {
    read(text);
    return [];
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return error.problems.map((problem) => problem.replace(`${path}:`, ''));
  }
}

const good = `
quota: region
targets:
  - account: "111122223333"
    alias: prod
    regions: [eu-central-1, us-east-1]
    roleArn: arn:aws:iam::111122223333:role/path/stagegraph
    externalId: "secret-1"
    rate: 2.5
    burst: 8
    protectedStages: [prod*, live]
  - account: "444455556666"
    regions: [eu-central-1]
    home: true
    endpoint: embedded
`;

describe('the file of targets', () => {
  test('has one target for each account and Region; home is where it is said', () => {
    const prod = {
      account: '111122223333',
      alias: 'prod',
      home: false,
      roleArn: 'arn:aws:iam::111122223333:role/path/stagegraph',
      externalId: 'secret-1',
      endpoint: undefined,
      rate: 2.5,
      burst: 8,
      protectedStages: ['prod*', 'live'],
    };
    expect(read(good)).toEqual({
      quota: 'region',
      targets: [
        { ...prod, region: 'eu-central-1' },
        { ...prod, region: 'us-east-1' },
        {
          account: '444455556666',
          alias: undefined,
          region: 'eu-central-1',
          home: true,
          roleArn: undefined,
          externalId: undefined,
          endpoint: 'embedded',
          rate: undefined,
          burst: undefined,
          protectedStages: [],
        },
      ],
    });
  });

  test('may be JSON; home is the first Region of the first account otherwise', () => {
    const file = read('{"targets": [{"account": "111122223333", "regions": ["us-east-1", "us-west-2"]}]}');
    expect(file.quota).toBe('account');
    expect(file.targets.map(({ region, home }) => [region, home])).toEqual([
      ['us-east-1', true],
      ['us-west-2', false],
    ]);
  });
});

const entry = (more: string): string =>
  `targets:\n  - account: "111122223333"\n    regions: [eu-central-1]\n    ${more}\n`;

describe('a mistake is reported with its line and column', () => {
  test.each<[string, string, readonly string[]]>([
    ['an empty file', '', ['1:1: the file must have the key targets.']],
    ['no targets', 'targets: []', ['1:1: targets must have at least one target.']],
    [
      'an account that is a number',
      'targets:\n  - account: 111122223333\n    regions: [eu-central-1]',
      ['2:5: targets.0.account must be a string of twelve digits, in quotes.'],
    ],
    [
      'an account of eleven digits',
      'targets:\n  - account: "11112222333"\n    regions: [eu-central-1]',
      ['2:5: targets.0.account must be twelve digits.'],
    ],
    [
      'an alias of twelve digits',
      entry('alias: "444455556666"'),
      ['4:5: targets.0.alias must not be twelve digits, which would be an account.'],
    ],
    [
      'no Region',
      'targets:\n  - account: "111122223333"\n    regions: []',
      ['3:5: targets.0.regions must have at least one Region.'],
    ],
    [
      'a Region that is none',
      'targets:\n  - account: "111122223333"\n    regions: [Frankfurt]',
      ['3:15: targets.0.regions.0 must be a Region, e.g. eu-central-1.'],
    ],
    [
      'a Region twice',
      'targets:\n  - account: "111122223333"\n    regions: [eu-central-1, eu-central-1]',
      ['3:29: targets.0.regions.1 account 111122223333 has eu-central-1 already.'],
    ],
    [
      'a role of another account',
      entry('roleArn: arn:aws:iam::444455556666:role/stagegraph'),
      ['4:5: targets.0.roleArn must be a role of account 111122223333, not of 444455556666.'],
    ],
    [
      'a role that is none',
      entry('roleArn: stagegraph'),
      ['4:5: targets.0.roleArn must be the ARN of a role.'],
    ],
    [
      'an external id without a role',
      entry('externalId: abc'),
      ['4:5: targets.0.externalId has no effect without roleArn.'],
    ],
    [
      'a role beside an endpoint',
      entry('roleArn: arn:aws:iam::111122223333:role/x\n    endpoint: embedded'),
      ['4:5: targets.0.roleArn has no effect with an endpoint of its own, which is not AWS.'],
    ],
    [
      'an endpoint that is none',
      entry('endpoint: localhost'),
      [
        '4:5: targets.0.endpoint must be embedded, or a URL that begins with http:// or https://, without user, query and fragment.',
      ],
    ],
    [
      'an endpoint with a password',
      entry('endpoint: http://u:p@localhost'),
      [
        '4:5: targets.0.endpoint must be embedded, or a URL that begins with http:// or https://, without user, query and fragment.',
      ],
    ],
    [
      'a role of another partition',
      entry('roleArn: arn:aws-cn:iam::111122223333:role/stagegraph'),
      ['4:5: targets.0.roleArn must be of the partition aws, which has the Region eu-central-1.'],
    ],
    ['no account', 'targets:\n  - regions: [eu-central-1]', ['2:5: targets.0.account is missing.']],
    ['a rate of 0', entry('rate: 0'), ['4:5: targets.0.rate must be more than 0.']],
    ['half a burst', entry('burst: 0.5'), ['4:5: targets.0.burst must be a whole number.']],
    [
      'a wrong pattern',
      entry('protectedStages: ["a b"]'),
      [
        '4:23: targets.0.protectedStages.0 must be stage names, in which * matches any characters, separated by commas.',
      ],
    ],
    [
      'an unknown key',
      entry('role: x'),
      [
        '4:5: targets.0.role is not known; the keys are: account, alias, regions, home, roleArn, externalId, endpoint, rate, burst, protectedStages.',
      ],
    ],
    [
      'an unknown key at the top',
      'targets:\n  - account: "111122223333"\n    regions: [eu-central-1]\nregions: 1',
      ['4:1: regions is not known; the keys are: quota, targets.'],
    ],
    ['a wrong quota', 'quota: process\n' + entry(''), ['1:1: quota must be account or region.']],
  ])('%s', (_, text, expected) => {
    expect(mistakesIn(text)).toEqual(expected);
  });

  test('two homes, one alias of two accounts, and Regions of one account that differ in rate', () => {
    const text = `targets:
  - { account: "111122223333", alias: one, regions: [eu-central-1], home: true, rate: 1 }
  - { account: "444455556666", alias: one, regions: [eu-central-1], home: true }
  - { account: "111122223333", regions: [us-east-1], rate: 2 }
`;
    expect(mistakesIn(text)).toEqual([
      '3:32: targets.1.alias is the alias of 111122223333 already.',
      '3:69: targets.1.home must be set once.',
      '4:7: targets.2.account rate and burst must be those of the other entry of account 111122223333, whose Regions share them.',
    ]);
  });

  test('of an entry, although another entry has a mistake of its own', () => {
    const text = `targets:
  - { account: "111122223333", regions: [eu-central-1], rate: 0 }
  - { account: "444455556666", regions: [eu-central-1], home: true }
  - { account: "777788889999", regions: [eu-central-1], home: true }
`;
    expect(mistakesIn(text)).toEqual([
      '2:57: targets.0.rate must be more than 0.',
      '4:57: targets.2.home must be set once.',
    ]);
  });

  test('two aliases of one account', () => {
    const text = `targets:
  - { account: "111122223333", alias: one, regions: [eu-central-1] }
  - { account: "111122223333", alias: two, regions: [us-east-1] }
`;
    expect(mistakesIn(text)).toEqual([
      '3:32: targets.1.alias must be one, as in the other entry of account 111122223333.',
    ]);
  });

  test('YAML that cannot be parsed', () => {
    expect(mistakesIn('targets:\n  - account: "1\n')).toEqual([
      expect.stringMatching(/^\d:\d+: Missing closing "quote/),
    ]);
    expect(mistakesIn('targets: 1\ntargets: 2')).toEqual([
      expect.stringMatching(/^2:1: Map keys must be unique/),
    ]);
  });

  test('aliases that expand without end', () => {
    const levels = Array.from(
      { length: 12 },
      (_, n) => `l${n + 1}: &l${n + 1} [${`*l${n}, `.repeat(9)}*l${n}]`,
    );
    expect(mistakesIn(`l0: &l0 [x]\n${levels.join('\n')}\n`)).toEqual([
      expect.stringMatching(/Excessive alias count/),
    ]);
  });

  test('whatever the file has, nothing but mistakes', () => {
    const text = fc.oneof(fc.string(), fc.json(), fc.string({ unit: 'grapheme' }));
    fc.assert(
      fc.property(text, (garbage) => {
        expect(mistakesIn(garbage).length).toBeGreaterThan(0);
      }),
      { seed: 1, numRuns: 500 },
    );
  });
});

describe('TARGETS', () => {
  test('implies STAGE_API=aws', async () => {
    writeFileSync(path, good);
    const { config, targets } = await readStartConfig({ TARGETS: path, AUTH: 'off' });
    expect(config.stageApi.kind).toBe('aws');
    expect(targets?.targets).toHaveLength(3);
  });

  test('reports the mistakes of the environment and of the file together', async () => {
    writeFileSync(path, entry('role: x'));
    const env = { TARGETS: path, STAGE_API: 'embedded', ACCOUNT: '111122223333', PORT: 'x' };
    await expect(readStartConfig(env)).rejects.toMatchObject({
      problems: [
        expect.stringMatching(/^PORT: /),
        expect.stringMatching(/^TARGETS must not be set with STAGE_API=embedded/),
        expect.stringMatching(/^ACCOUNT must not be set with TARGETS/),
        `${path}:4:5: targets.0.role is not known; the keys are: account, alias, regions, home, roleArn, externalId, endpoint, rate, burst, protectedStages.`,
      ],
    });
  });

  test('that names no file stops the start', async () => {
    await expect(readStartConfig({ TARGETS: join(folder, 'none'), AUTH: 'off' })).rejects.toMatchObject({
      problems: [expect.stringMatching(/^TARGETS: .*ENOENT/)],
    });
  });
});
