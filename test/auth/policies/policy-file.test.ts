import { describe, expect, test } from '@jest/globals';
import { createPolicySet } from '../../../src/auth/policies/decide.ts';
import { type PolicyFile, readPolicies } from '../../../src/auth/policies/policy-file.ts';
import { outcome, policiesOf, principal, target } from '../../support/policies.ts';

const read = (text: string): PolicyFile => readPolicies('p.cedar', text);
const problemsOf = (text: string): readonly string[] => {
  const file = read(text);
  return 'problems' in file ? file.problems : [];
};
const namesOf = (text: string): string[] => policiesOf(text).policies.map(({ name }) => name);

const PERMIT = 'permit (principal, action, resource)';

describe('a syntax error', () => {
  test.each([
    ['at the end of the file', PERMIT, '1:37: unexpected end of input; expected `;` or identifier'],
    ['in a scope', 'permit (principal,\n  action,\n  resourc);', '3:3: found an invalid variable'],
    ['after letters of two bytes', `${PERMIT} when { "üé" == ) };`, '1:53: unexpected token `)`'],
    ['after a character of four bytes', `// 😀\n${PERMIT} when { "😀" == ) };`, '2:53: unexpected token `)`'],
    ['in a file with CRLF', `// a\r\n// é\r\n${PERMIT}\r\nwhen { ) };`, '4:8: unexpected token `)`'],
  ])('%s has its line and column', (_, text, problem) => {
    expect(problemsOf(text)).toContainEqual(expect.stringContaining(`p.cedar:${problem}`));
  });

  test('does not hide the ones after it', () => {
    const grammar = `${PERMIT}\nwhen { 1 == ) };\n${PERMIT}\nwhen { == 2 };`;
    expect(problemsOf(grammar)).toEqual([
      expect.stringMatching(/^p\.cedar:2:13: unexpected token `\)`/),
      expect.stringMatching(/^p\.cedar:4:8: unexpected token `==`/),
    ]);
    const words = `${PERMIT} when { foo(1) };\n@id("a") @id("b")\n${PERMIT};\npermit (x, action, resource);`;
    expect(problemsOf(words)).toEqual([
      'p.cedar:1:45: `foo` is not a valid function (did you mean `ip`?)',
      'p.cedar:2:10: duplicate annotation: @id',
      expect.stringMatching(/^p\.cedar:4:9: found an invalid variable in the policy scope: x/),
    ]);
  });
});

describe('a validation error', () => {
  test.each([
    ['after a letter of two bytes', `${PERMIT}\nwhen { "ü" == principal.nosuch };`, '2:15'],
    ['after a character of four bytes', `// 😀\n${PERMIT}\nwhen { "😀" == principal.nosuch };`, '3:16'],
    ['in a file with CRLF', `// é\r\n${PERMIT}\r\nwhen { principal.nosuch == "a" };\r\n`, '3:8'],
  ])('%s has its line and column', (_, text, place) => {
    expect(problemsOf(text)).toEqual([
      `p.cedar:${place}: attribute \`nosuch\` on entity type \`Caller\` not found (did you mean \`client\`?)`,
    ]);
  });

  test.each([
    [
      'an unknown action',
      'permit (principal, action == Action::"dropStage", resource);',
      'unrecognized action',
    ],
    [
      'an unknown type',
      'permit (principal == User::"ada", action, resource);',
      'unrecognized entity type `User`',
    ],
    [
      'a tag that may be absent',
      'permit (principal, action, resource is Stage) when { resource.getTag("team") == "a" };',
      'unable to guarantee safety of access to tag `"team"`',
    ],
    [
      'a claim that is compared as one string',
      `${PERMIT} when { principal.hasTag("a") && principal.getTag("a") == "b" };`,
      'the types String and Set<String> are not compatible',
    ],
    [
      'an attribute of stages on targets',
      `${PERMIT} when { resource.stageName == "prod" };`,
      'attribute `stageName` on entity type `Target` not found',
    ],
    [
      'an attribute that may be absent',
      `${PERMIT} when { principal.client == "ci" };`,
      'unable to guarantee safety of access to optional attribute `client`',
    ],
  ])('%s is one', (_, text, problem) => {
    expect(problemsOf(text)).toEqual([expect.stringContaining(problem)]);
  });

  test('is reported for each policy, in the order of the file', () => {
    const text = Array.from({ length: 12 }, (_, index) => `${PERMIT} when { principal.x${index} };`).join(
      '\n',
    );
    const problems = problemsOf(text);
    expect(
      problems.map((problem) => /^p\.cedar:(\d+:\d+): attribute `(\w+)`/.exec(problem)?.slice(1)),
    ).toEqual(Array.from({ length: 12 }, (_, index) => [`${index + 1}:45`, `x${index}`]));
  });

  test('does not name a policy by a number that may be the id of another one', () => {
    expect(
      problemsOf(`@id("mine")\n${PERMIT} when { principal.x };\n@id("policy0")\n${PERMIT};`).join(),
    ).not.toContain('policy0');
  });
});

describe('the name of a policy', () => {
  test('is its @id, else its number in the file', () => {
    expect(
      namesOf(`@id("first") ${PERMIT};\n${PERMIT};\n@note("x") @id("third") ${PERMIT};\n@id("") ${PERMIT};`),
    ).toEqual(['first', 'policy1', 'third', '']);
  });

  test('is the number in the file also for more than ten policies', () => {
    const text = Array.from(
      { length: 12 },
      (_, index) => `permit (principal == Caller::"u${index}", action, resource);`,
    );
    const { policies } = policiesOf(text.join('\n'));
    const scopes = policies.map(({ name, policy }) => [name, JSON.stringify(policy.principal)]);
    expect(scopes).toEqual(
      text.map((_, index) => [`policy${index}`, expect.stringContaining(`"u${index}"`)]),
    );
    const { decide } = createPolicySet(policies);
    expect(decide(principal('u10'), 'read', target)).toEqual({ allowed: true, policies: ['policy10'] });
  });

  test('must not be that of another one', () => {
    expect(
      problemsOf(
        `@id("a") ${PERMIT};\n@id("b") ${PERMIT};\n\n// é\n  @id("a") ${PERMIT};\n@id("a") ${PERMIT};`,
      ),
    ).toEqual(['p.cedar:5:3: another policy has the id "a"', 'p.cedar:6:1: another policy has the id "a"']);
    expect(problemsOf(`@id("policy1") ${PERMIT};\n${PERMIT};`)).toEqual([
      'p.cedar:2:1: another policy has the id "policy1"',
    ]);
  });

  test('may be any string', () => {
    const { policies } = policiesOf(
      `@id("__proto__") forbid (principal, action, resource);\n@id("constructor") ${PERMIT};`,
    );
    expect(createPolicySet(policies).decide(principal('ada'), 'read', target)).toEqual({
      allowed: false,
      policies: ['__proto__'],
    });
  });
});

test('templates are refused at their place', () => {
  const problem = 'templates (?principal, ?resource) are not supported: write a policy';
  expect(problemsOf(`// é\n${PERMIT};\n  permit (principal == ?principal, action, resource);`)).toEqual([
    `p.cedar:3:3: ${problem}`,
  ]);
  expect(problemsOf('permit (principal, action, resource in ?resource);')).toEqual([
    `p.cedar:1:1: ${problem}`,
  ]);
});

test('a file without policies permits nothing', () => {
  const { policies } = policiesOf('// nothing yet\n');
  expect(policies).toEqual([]);
  expect(createPolicySet(policies).decide(principal('ada'), 'read', target)).toEqual({
    allowed: false,
    policies: [],
  });
});

describe('the size of a file', () => {
  const padded = (bytes: number): string => {
    const text = `${PERMIT}; // é`;
    return text + 'x'.repeat(bytes - Buffer.byteLength(text));
  };

  test('is at most 1 MiB', () => {
    expect(namesOf(padded(1024 * 1024))).toEqual(['policy0']);
    expect(problemsOf(padded(1024 * 1024 + 1))).toEqual(['p.cedar: has more than 1048576 bytes']);
  });

  // Cedar's parser overflows its stack, after which it answers no later call either.
  test.each([
    [
      'brackets',
      '('.repeat(3000) + 'true' + ')'.repeat(3000),
      '1:108: more than 64 brackets within one another',
    ],
    [
      'a chain of operators',
      '1 == 2 || '.repeat(30_000) + 'true',
      '1:5052: a policy has more than 500 operators',
    ],
    [
      'a chain of conditions',
      'if true then true else '.repeat(2000) + 'true',
      '1:11545: a policy has more than 500 operators',
    ],
    [
      'a chain that is a little too long',
      '1 == 2 || '.repeat(60) + 'true',
      '1:1: the policy is nested too deeply',
    ],
  ])('does not let %s overflow the stack', (_, condition, problem) => {
    expect(problemsOf(`${PERMIT} when { ${condition} };`)).toEqual([
      expect.stringContaining(`p.cedar:${problem}`),
    ]);
    expect(namesOf(`${PERMIT};`)).toEqual(['policy0']);
  });

  test.each([
    ['fifty operators in a chain', '1 == 2 || '.repeat(50) + 'true'],
    ['fifty operators, nested', `${'(1 == 2 || '.repeat(50)}true${')'.repeat(50)}`],
    ['fifty conditions in a chain', 'if 1 == 2 then false else '.repeat(50) + 'true'],
    [
      'a set of thousands',
      `["${Array.from({ length: 5000 }, (_, index) => index).join('", "')}"].contains("4999")`,
    ],
    ['brackets and operators in strings', `"${'(.&&'.repeat(1000)}\\"(" != "" // ${'('.repeat(1000)}\n`],
  ])('allows %s', (_, condition) => {
    const { policies } = policiesOf(`${PERMIT} when { ${condition} };`);
    expect(outcome(createPolicySet(policies).decide(principal('ada'), 'read', target))).toBe('allow');
  });

  test('does not let a number be rounded', () => {
    const problems = problemsOf(`${PERMIT};\n${PERMIT} when { 9007199254740993 > 1 };`);
    expect(problems).toEqual([
      'p.cedar:2:1: the policy has a number beyond 9007199254740991, which would be rounded',
    ]);
    expect(namesOf(`${PERMIT} when { 9007199254740991 > -9007199254740991 };`)).toEqual(['policy0']);
  });

  test('counts operators and brackets for each policy by itself', () => {
    const policy = `${PERMIT} when { ${'1 == 1 && '.repeat(50)}true };\n`;
    expect(namesOf(policy.repeat(30))).toHaveLength(30);
  });
});

describe('a warning', () => {
  const warningsOf = (text: string): readonly string[] => {
    const file = read(text);
    return 'warnings' in file ? file.warnings : [];
  };

  test('tells of a policy that never applies, with its place', () => {
    expect(warningsOf(`// é\n${PERMIT} when { 1 == 2 };\n${PERMIT};`)).toEqual([
      'p.cedar:2:1: policy is impossible: the policy expression evaluates to false for all valid requests',
    ]);
    expect(
      warningsOf('permit (principal, action == Action::"read", resource is Stage);').join('\n'),
    ).toContain('unable to find an applicable action given the policy scope constraints');
  });

  test('tells of letters that look like others', () => {
    expect(warningsOf(`${PERMIT} when { "pаypal" != "x" };`)).toEqual([
      'p.cedar:1:45: string `"pаypal"` contains mixed scripts',
    ]);
  });

  test('is not given for usual policies', () => {
    expect(read(`${PERMIT};`)).toMatchObject({ warnings: [] });
  });
});
