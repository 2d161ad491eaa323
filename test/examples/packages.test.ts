import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';

type Packages = Record<string, string>;
const read = (folder: string) =>
  JSON.parse(readFileSync(new URL(`../../${folder}package.json`, import.meta.url), 'utf8')) as {
    dependencies?: Packages;
    devDependencies?: Packages;
    overrides?: Packages;
  };
const versionsIn = (folder: string): Packages => {
  const { dependencies, devDependencies } = read(folder);
  return { ...dependencies, ...devDependencies };
};

// What only they need is installed there, so that a gateway is installed without it.
const folders = ['explorer/', 'console/', 'examples/frontend/', 'bench/', 'test/gateways/'];
describe.each(folders)('the package in %s', (folder) => {
  const ours = versionsIn('');
  const own = versionsIn(folder);
  const isFile = (version: string) => version.startsWith('file:');

  test('has the versions that the gateway has, of what both need', () => {
    const both = Object.entries(own).filter(([name, version]) => name in ours && !isFile(version));
    expect(Object.fromEntries(both)).toEqual(Object.fromEntries(both.map(([name]) => [name, ours[name]])));
  });

  test('shares the versions that keep warnings from an install', () => {
    const overridden = Object.entries(read(folder).overrides ?? {});
    const common = read('').overrides ?? {};
    const both = overridden.filter(([name]) => name in common);
    expect(both).toEqual(both.map(([name]) => [name, common[name]]));
  });
});

test('nothing that only a browser needs is installed with the gateway', () => {
  expect(Object.keys(versionsIn(''))).not.toEqual(
    expect.arrayContaining([
      expect.stringMatching(
        /^(react|react-dom|vite|vitest|relay-compiler|monaco-editor|graphiql|mercurius|@graphql-hive\/.*)$/,
      ),
    ]),
  );
});
