import { describe, expect, test } from '@jest/globals';
import { readConfig } from '../../src/config/config.ts';
import {
  configurationHelp,
  configurationInEffect,
  configurationTable,
  environmentExample,
  shown,
} from '../../src/config/variable-docs.ts';
import { manual } from '../../src/config/variables/formats.ts';
import { variables } from '../../src/config/variables.ts';

const names = Object.keys(variables.shape);

describe('the documentation of the configuration', () => {
  test.each(names)('%s is in the table, in the help and in the example', (name) => {
    expect(configurationTable()).toContain(`| \`${name}\` |`);
    expect(configurationHelp()).toContain(`  ${name} (`);
    expect(environmentExample()).toContain(`\n#${name}=`);
  });

  test('states the allowed values by the rule that checks them', () => {
    expect(configurationTable()).toContain('| `PORT` | `4000` | a whole number from 0 to 65535 |');
    expect(configurationTable()).toContain('| `AUTH_ISSUER` | – | any text |');
  });

  test('the example, used as it is, is the default configuration', () => {
    const example = environmentExample().matchAll(/^#(\w+)=(.*)$/gm);
    const env = Object.fromEntries([...example].map(([, name = '', value = '']) => [name, value]));
    const { isProtected, ...given } = readConfig(env);
    const { isProtected: _, ...byDefault } = readConfig({});
    expect(given).toEqual(byDefault);
    expect(isProtected('prod')).toBe(false);
  });

  test('the configuration in effect has the set values and the other defaults', () => {
    const lines = configurationInEffect({ PORT: '80', HOST: '', PATH: '/bin' }).split('\n');
    expect(lines).toContain('PORT=80');
    expect(lines).toContain('# HOST=localhost (default)');
    expect(lines.join('\n')).not.toContain('PATH');
  });

  test.each([
    ['http://host:4318/v1/traces', 'http://host:4318/v1/traces'],
    ['https://host/keys?token=s3cret', 'https://host/keys?(hidden)'],
    ['https://host?s3cret#s3cret', 'https://host?(hidden)'],
    ['https://host/keys#s3cret', 'https://host/keys?(hidden)'],
    ['https://s3cret@host/keys?key=s3cret', 'https://(hidden)@host/keys?(hidden)'],
    ['https://user:s3cret/s3cret@host', 'https://(hidden)@host'],
    ['https://user:s3cret@s3cret@host', 'https://(hidden)@host'],
    ['https://user:s3cret?s3cret@host', 'https://(hidden)'],
    ['https://host/?a=s3cret@s3cret', 'https://(hidden)'],
    ['a.example,*.b.example', 'a.example,*.b.example'],
    ['https://a.example,http://localhost:5173', 'https://a.example,http://localhost:5173'],
  ])('the secrets of %s are hidden', (value, safe) => {
    expect(shown('AWS_ENDPOINT_URL', value)).toBe(safe);
    expect(configurationInEffect({ AWS_ENDPOINT_URL: value })).toContain(`\nAWS_ENDPOINT_URL=${safe}\n`);
  });

  test('secrets and passwords in URLs are hidden', () => {
    const [name = ''] = names;
    expect(shown(name, 'redis://user:s3cret@cache:6379/1')).toBe('redis://(hidden)@cache:6379/1');
    for (const [variable, row] of Object.entries(variables.shape)) {
      const hidden = manual.get(row)?.secret === true;
      expect(shown(variable, 's3cret') === '(hidden)').toBe(hidden);
    }
  });
});
