import { describe, expect, test } from '@jest/globals';
import { readConfig } from '../src/config.ts';
import {
  configurationHelp,
  configurationInEffect,
  configurationTable,
  environmentExample,
  shown,
} from '../src/variable-docs.ts';
import { manual, variables } from '../src/variables.ts';

const names = Object.keys(variables.shape);

describe('what is written of the configuration', () => {
  test.each(names)('%s is in the table, in the help and in the example', (name) => {
    expect(configurationTable()).toContain(`| \`${name}\` |`);
    expect(configurationHelp()).toContain(`  ${name} (`);
    expect(environmentExample()).toContain(`\n#${name}=`);
  });

  test('the example, filled in as it is, is the default configuration', () => {
    const example = environmentExample().matchAll(/^#(\w+)=(.*)$/gm);
    const env = Object.fromEntries([...example].map(([, name = '', value = '']) => [name, value]));
    const { isProtected, ...given } = readConfig(env);
    const { isProtected: _, ...byDefault } = readConfig({});
    expect(given).toEqual(byDefault);
    expect(isProtected('prod')).toBe(false);
  });

  test('the configuration in effect says what is set, and the defaults of the rest', () => {
    const lines = configurationInEffect({ PORT: '80', HOST: '', PATH: '/bin' }).split('\n');
    expect(lines).toContain('PORT=80');
    expect(lines).toContain('# HOST=localhost (default)');
    expect(lines.join('\n')).not.toContain('PATH');
  });

  test('secrets are hidden, and passwords in URLs', () => {
    const [name = ''] = names;
    expect(shown(name, 'redis://user:s3cret@cache:6379/1')).toBe('redis://(hidden)@cache:6379/1');
    for (const [variable, row] of Object.entries(variables.shape)) {
      const hidden = manual.get(row)?.secret === true;
      expect(shown(variable, 's3cret') === '(hidden)').toBe(hidden);
    }
  });
});
