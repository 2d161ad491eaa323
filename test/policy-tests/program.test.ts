import { cpSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { cedarSchema } from '../../src/auth/policies/cedar-schema.ts';
import { help, run } from '../../src/policy-tests/program.ts';
import '../support/one-realm.ts';

const examples = new URL('../../examples/policies/', import.meta.url).pathname;
const folder = mkdtempSync(join(tmpdir(), 'policy-tests-'));

interface Result {
  readonly code: number;
  readonly printed: string;
  readonly noted: string;
}

function policies(args: readonly string[], environment: Record<string, string> = {}): Result {
  let printed = '';
  let noted = '';
  const code = run(args, environment, {
    print: (text) => (printed += text),
    note: (text) => (noted += `${text}\n`),
  });
  return { code, printed, noted };
}

function fileOf(name: string, content: string): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

const PERMIT = 'permit (principal, action, resource);';
const permitAll = fileOf('permit-all.cedar', PERMIT);
const casesOf = (...cases: readonly string[]): string =>
  fileOf(
    'cases.yaml',
    `policies: permit-all.cedar\ncases:\n${cases.map((each) => `  - ${each}\n`).join('')}`,
  );
const READ = '{ action: read, resource: { account: "111122223333", region: us-east-1 }, decision: allow }';

const casesFiles = readdirSync(examples).filter((name) => name.endsWith('.cases.yaml'));

describe('the examples', () => {
  test('are five files of policies, each with cases', () => {
    const cedar = readdirSync(examples).filter((name) => name.endsWith('.cedar'));
    expect(cedar).toHaveLength(5);
    expect(casesFiles).toEqual(cedar.map((name) => name.replace('.cedar', '.cases.yaml')));
  });

  describe.each(casesFiles)('%s', (name) => {
    const text = readFileSync(join(examples, name), 'utf8');
    const count = [...text.matchAll(/^ +decision: /gm)].length;
    cpSync(examples, join(folder, 'examples'), { recursive: true });

    test('passes as written, without warnings', () => {
      expect(count).toBeGreaterThan(1);
      expect(policies(['test', '-c', join(examples, name)])).toEqual({
        code: 0,
        printed: `${count} cases, 0 failed\n`,
        noted: '',
      });
    });

    test.each(Array.from({ length: count }, (_, index) => index))(
      'fails if the decision of case %i is another',
      (changed) => {
        let index = -1;
        const other = text.replaceAll(/decision: (allow|deny)/g, (line, decision) => {
          index += 1;
          if (index !== changed) return line;
          return `decision: ${decision === 'allow' ? 'deny' : 'allow'}`;
        });
        const path = fileOf(`examples/${name}`, other);
        const result = policies(['test', '-c', path]);
        expect(result).toMatchObject({ code: 1, printed: `${count} cases, 1 failed\n` });
        expect(result.noted).toMatch(
          /^\S+\.cases\.yaml:\d+:5: .+: the decision is (allow|deny), by .+; expected: (allow|deny)\n$/,
        );
      },
    );

    test('names policies that exist', () => {
      const cedar = readFileSync(join(examples, name.replace('.cases.yaml', '.cedar')), 'utf8');
      const named = [...text.matchAll(/policies: \[(.*)\]/g)].map(([, list = '']) => list);
      const ids = [...cedar.matchAll(/@id\("(.*)"\)/g)].map(([, id = '']) => id);
      expect(ids).toEqual(expect.arrayContaining(named));
      expect(named.length).toBeGreaterThan(0);
    });
  });
});

describe('check', () => {
  test('counts the policies of a file without mistakes', () => {
    expect(policies(['check', '-f', permitAll])).toEqual({
      code: 0,
      printed: '1 policy, no mistakes\n',
      noted: '',
    });
    const two = fileOf('two.cedar', `${PERMIT}\n${PERMIT}`);
    expect(policies(['check', '--file', two]).printed).toBe('2 policies, no mistakes\n');
  });

  test('reports every mistake with line and column', () => {
    const path = fileOf(
      'wrong.cedar',
      `// é\n${PERMIT}\npermit (principal, action, resource)\nwhen { principal.nosuch };\npermit (principal, action == Action::"dropStage", resource);`,
    );
    const result = policies(['check', '-f', path]);
    expect(result).toMatchObject({ code: 1, printed: '' });
    expect(result.noted.split('\n')).toEqual([
      `${path}:4:8: attribute \`nosuch\` on entity type \`Caller\` not found (did you mean \`client\`?)`,
      expect.stringMatching(/^\S+:5:30: unrecognized action `Action::"dropStage"`/),
      '',
    ]);
  });

  test('prints warnings, which are no mistakes', () => {
    const path = fileOf(
      'impossible.cedar',
      `${PERMIT}\npermit (principal, action, resource) when { 1 == 2 };`,
    );
    const noted = `warning: ${path}:2:1: policy is impossible: the policy expression evaluates to false for all valid requests\n`;
    expect(policies(['check', '-f', path])).toEqual({ code: 0, printed: '2 policies, no mistakes\n', noted });
    const cases = fileOf('impossible.yaml', `policies: impossible.cedar\ncases: [${READ}]`);
    expect(policies(['test', '-c', cases])).toEqual({ code: 0, printed: '1 case, 0 failed\n', noted });
  });

  test('takes the file of POLICIES if none is named', () => {
    expect(policies(['check'], { POLICIES: permitAll }).code).toBe(0);
    expect(policies(['check', '-f', permitAll], { POLICIES: 'nosuch' }).code).toBe(0);
    expect(policies(['check'], { POLICIES: '' })).toEqual({
      code: 1,
      printed: '',
      noted: '--file or POLICIES must name the file of policies.\nSee stagegraph policies --help.\n',
    });
  });

  test('names a file that cannot be read', () => {
    expect(policies(['check', '-f', join(folder, 'nosuch.cedar')])).toEqual({
      code: 1,
      printed: '',
      noted: expect.stringContaining(`${join(folder, 'nosuch.cedar')}: ENOENT: no such file or directory`),
    });
    expect(policies(['check', '-f', folder]).noted).toMatch(/policy-tests-\w+: EISDIR/);
  });
});

describe('test', () => {
  test('names the case, the decision, its policies and the expected ones', () => {
    const path = casesOf(
      '{ name: a read, action: read, resource: { account: "1", region: r }, decision: deny }',
      '{ action: readVariables, resource: { account: "1", region: r }, decision: allow, policies: [other] }',
      READ,
    );
    expect(policies(['test', '-c', path])).toEqual({
      code: 1,
      printed: '3 cases, 2 failed\n',
      noted: [
        `${path}:3:5: a read: the decision is allow, by policy0; expected: deny`,
        `${path}:4:5: readVariables: the decision is by policy0; expected: other`,
        '',
      ].join('\n'),
    });
  });

  test('compares the policies in any order, and tells none from any', () => {
    const two = fileOf(
      'two.cedar',
      `@id("b") ${PERMIT}\n@id("a") ${PERMIT}\nforbid (principal, action, resource is Stage);`,
    );
    const read = (expected: string, action = 'read') =>
      `{ action: ${action}, resource: { account: "1", region: r }, ${expected} }`;
    const check = (expected: string) => policies(['test', '-c', casesOf(read(expected)), '-f', two]).code;
    expect(check('decision: allow, policies: [a, b]')).toBe(0);
    expect(check('decision: allow, policies: [b, a]')).toBe(0);
    expect(check('decision: allow, policies: [a]')).toBe(1);
    expect(check('decision: allow, policies: []')).toBe(1);
    const none = fileOf('none.cedar', '');
    expect(policies(['test', '-c', casesOf(read('decision: deny, policies: []')), '-f', none]).code).toBe(0);
  });

  test('takes --file, else the file that the cases name, else POLICIES', () => {
    const forbid = fileOf('forbid.cedar', 'forbid (principal, action, resource);');
    const named = casesOf(READ);
    const unnamed = fileOf(
      'unnamed.json',
      `{ "cases": [${READ.replaceAll(/(\w+):/g, '"$1":').replaceAll(/: ([\w-]+)/g, ': "$1"')}] }`,
    );
    expect(policies(['test', '-c', named], { POLICIES: forbid }).code).toBe(0);
    expect(policies(['test', '-c', named, '-f', forbid]).code).toBe(1);
    expect(policies(['test', '-c', unnamed], { POLICIES: permitAll })).toMatchObject({
      code: 0,
      printed: '1 case, 0 failed\n',
    });
    expect(policies(['test', '-c', unnamed], { POLICIES: forbid }).code).toBe(1);
    expect(policies(['test', '-c', unnamed]).noted).toContain(
      '--file or POLICIES must name the file of policies.',
    );
    expect(policies(['test', '-f', permitAll])).toMatchObject({
      code: 1,
      noted: expect.stringMatching(/^test needs --cases\./),
    });
  });

  test('gives policies the subject and the client also as claims, and claims as a token has them', () => {
    const path = fileOf(
      'claims.cedar',
      `permit (principal == Caller::"ada", action == Action::"read", resource)
      when { principal.hasTag("sub") && principal.getTag("sub") == ["ada"] }
      when { principal has client && principal.hasTag("client_id") && principal.getTag("client_id") == ["web"] }
      when { principal.hasTag("realm.roles") && principal.getTag("realm.roles") == ["a", "1"] };`,
    );
    const as = (caller: string) =>
      policies(['test', '-f', path, '-c', casesOf(READ.replace('{', `{ principal: ${caller},`))]).code;
    expect(as('{ subject: ada, client: web, claims: { realm: { roles: [a, 1] } } }')).toBe(0);
    expect(as('{ subject: ada, client: web, claims: { realm: { roles: [a] } } }')).toBe(1);
    expect(as('{ client: ada, claims: { realm: { roles: [a, 1] } } }')).toBe(1);
  });

  test.each([
    ['an unknown key', `{ acton: x, ${READ.slice(1)}`, '3:7: cases.0.acton: is not known.'],
    [
      'an unknown key of a principal',
      `{ principal: { subjct: ada }, ${READ.slice(1)}`,
      '3:20: cases.0.principal.subjct: is not known.',
    ],
    [
      'an unknown action',
      READ.replace('read', 'dropStage'),
      '3:7: cases.0.action: must be one of read, readVariables, createStage,',
    ],
    [
      'an account that is a number',
      READ.replaceAll('"', ''),
      '3:33: cases.0.resource.account: must be a string, in quotes.',
    ],
    [
      'an unknown decision',
      READ.replace('allow', 'maybe'),
      '3:79: cases.0.decision: Invalid option: expected one of "allow"|"deny".',
    ],
    [
      'a stage without its name',
      READ.replace('read', 'updateStage').replace('us-east-1', 'us-east-1, restApiId: a'),
      '3:28: cases.0.resource: must have restApiId and stageName: updateStage is decided on the stage.',
    ],
    [
      'a stage without its API',
      READ.replace('read', 'updateStage').replace('us-east-1', 'us-east-1, stageName: a'),
      '3:28: cases.0.resource: must have restApiId and stageName: updateStage is decided on the stage.',
    ],
    [
      'a name of what is made',
      READ.replace('read', 'createStage').replace('us-east-1', 'us-east-1, stageName: a'),
      '3:84: cases.0.resource.stageName: must be left out: createStage is decided on the account and the Region.',
    ],
    [
      'a tag that is no text',
      READ.replace('read', 'updateStage').replace(
        'us-east-1',
        'us-east-1, restApiId: a, stageName: a, tags: { a: 1 }',
      ),
      '3:120: cases.0.resource.tags.a: Invalid input: expected string, received number.',
    ],
    [
      'no Region',
      READ.replace(', region: us-east-1', ''),
      '3:21: cases.0.resource.region: Invalid input: expected string, received undefined.',
    ],
    ['YAML that is none', '{ action: [', '4:1: '],
  ])('reports %s with line and column', (_, text, problem) => {
    const path = casesOf(text);
    const result = policies(['test', '-c', path]);
    expect(result).toMatchObject({ code: 1, printed: '' });
    expect(result.noted).toContain(`${path}:${problem}`);
  });

  test('reports all mistakes of a file of cases at once', () => {
    const path = fileOf(
      'wrong.yaml',
      `policys: x\ncases:\n  - ${READ.replace('read', 'dropStage')}\n  - ${READ.replaceAll('"', '')}\n`,
    );
    const { noted } = policies(['test', '-c', path]);
    expect(
      noted
        .split('\n')
        .map((line) => line.replace(`${path}:`, '').split(': ')[0])
        .sort(),
    ).toEqual(['', '1:1', '3:7', '4:33']);
  });

  test.each([
    ['without cases', 'cases: []', '1:1: cases: Too small'],
    ['that is empty', '', '1:1: the file: Invalid input'],
  ])('refuses a file %s', (_, text, problem) => {
    const path = fileOf('few.yaml', text);
    expect(policies(['test', '-c', path])).toMatchObject({
      code: 1,
      noted: expect.stringContaining(`${path}:${problem}`),
    });
  });

  test('reports the mistakes of the policies, and files that are missing', () => {
    const wrong = fileOf('wrong.cedar', `${PERMIT}\npermit;`);
    expect(policies(['test', '-c', casesOf(READ), '-f', wrong])).toMatchObject({
      code: 1,
      noted: expect.stringContaining(`${wrong}:2:7: `),
    });
    expect(policies(['test', '-c', join(folder, 'nosuch.yaml')])).toMatchObject({
      code: 1,
      noted: expect.stringContaining('nosuch.yaml'),
    });
    const lost = fileOf('lost.yaml', `policies: nosuch.cedar\ncases: [${READ}]`);
    expect(policies(['test', '-c', lost])).toMatchObject({
      code: 1,
      noted: expect.stringContaining(`${join(folder, 'nosuch.cedar')}: ENOENT`),
    });
  });
});

describe('the command line', () => {
  test('schema prints the schema of policies', () => {
    expect(policies(['schema'])).toEqual({ code: 0, printed: cedarSchema, noted: '' });
  });

  test.each([[['--help']], [['-h']], [['test', '--help']], [['check', '-h']]])(
    '%j prints the help',
    (args) => {
      expect(policies(args)).toEqual({ code: 0, printed: help, noted: '' });
    },
  );

  test.each([
    [[], 'The commands are check, test and schema, not nothing.'],
    [['chekc'], 'The commands are check, test and schema, not chekc.'],
    [['check', '--fiel', 'x'], "Unknown option '--fiel'"],
    [['check', 'x.cedar'], "Unexpected argument 'x.cedar'"],
    [['check', '-f'], "Option '-f, --file <value>' argument missing"],
  ])('%j is a usage error', (args, message) => {
    const result = policies(args);
    expect(result).toMatchObject({ code: 1, printed: '' });
    expect(result.noted).toContain(message);
    expect(result.noted).toContain('See stagegraph policies --help.');
  });
});
