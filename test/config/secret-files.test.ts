import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { readConfig } from '../../src/config/config.ts';
import { secretNames } from '../../src/config/secret-files.ts';
import { misspeltVariables } from '../../src/config/unknown-variables.ts';
import { configurationInEffect, configurationTable } from '../../src/config/variable-docs.ts';
import { problemsOf } from '../support/config-problems.ts';
import '../support/one-realm.ts';

const folder = mkdtempSync(join(tmpdir(), 'secrets-'));
const onAws = { STAGE_API: 'aws', AUTH: 'off' };

/** The path of a file with this content. */
function file(name: string, content: string): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

describe('a secret in a file', () => {
  test('may be any variable that is secret', () => {
    expect(secretNames).toEqual([
      'ROUTER_SECRETS',
      'REDIS_URL',
      'REDIS_PASSWORD',
      'DATABASE_URL',
      'HISTORY_KEY',
      'EVENTS_SECRETS',
    ]);
  });

  test('counts without the line break at its end', () => {
    const { routerSecrets } = readConfig({ ROUTER_SECRETS_FILE: file('router', 'old, new\n') });
    expect(routerSecrets).toEqual(['old', 'new']);
    const { redis } = readConfig({
      ...onAws,
      REDIS_URL_FILE: file('url', 'redis://one\r\n'),
      REDIS_PASSWORD_FILE: file('password', ' with spaces '),
    });
    expect(redis?.credentials.password).toBe(' with spaces ');
    expect(redis?.servers.addresses).toEqual([{ host: 'one', port: 6379 }]);
  });

  test('an empty path counts as not set', () => {
    expect(readConfig({ ROUTER_SECRETS_FILE: '', ROUTER_SECRETS: 'a' }).routerSecrets).toEqual(['a']);
  });

  test('all mistakes are reported together, with the variable, the path and the reason', () => {
    const missing = join(folder, 'missing');
    const env = {
      ...onAws,
      PORT: 'many',
      ROUTER_SECRETS: 'a',
      ROUTER_SECRETS_FILE: file('router', 'b'),
      REDIS_URL_FILE: missing,
      REDIS_PASSWORD: 'not mentioned, because the URL is not known',
      DATABASE_URL_FILE: file('empty', '\n'),
      HISTORY_KEY_FILE: file('key', 's3cret'),
      EVENTS_SECRETS_FILE: folder,
    };
    expect(problemsOf(env)).toEqual([
      'ROUTER_SECRETS and ROUTER_SECRETS_FILE are both set; set only one of them.',
      `REDIS_URL_FILE: the file ${missing} cannot be read: ENOENT: no such file or directory, open '${missing}'.`,
      `DATABASE_URL_FILE: the file ${join(folder, 'empty')} is empty.`,
      `EVENTS_SECRETS_FILE: the file ${folder} cannot be read: EISDIR: illegal operation on a directory, read.`,
      'PORT: must be a whole number from 0 to 65535 (it is "many").',
      'HISTORY_KEY: must be keys of 32 bytes in base64, separated by commas (openssl rand -base64 32) ' +
        `(it is "(hidden)", from the file ${join(folder, 'key')}).`,
    ]);
  });

  test('is documented with its variable, and its path is shown, but not its content', () => {
    for (const name of secretNames) expect(configurationTable()).toContain(`\`${name}_FILE\`, its path.`);
    const path = file('shown', 's3cret');
    const shown = configurationInEffect({ EVENTS_SECRETS_FILE: path });
    expect(shown).toContain(`\nEVENTS_SECRETS_FILE=${path}`);
    expect(shown).not.toContain('s3cret');
    expect(misspeltVariables({ EVENTS_SECRETS_FILE: path })).toEqual([]);
    expect(misspeltVariables({ EVENT_SECRETS_FILE: path })).toEqual([
      'EVENT_SECRETS_FILE is not a variable of stagegraph and is ignored. Did you mean EVENTS_SECRETS_FILE?',
    ]);
  });
});
