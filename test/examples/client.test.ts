import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';

type Packages = Record<string, string>;
const read = (path: string) =>
  JSON.parse(readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8')) as {
    dependencies: Packages;
    devDependencies: Packages;
  };

describe('examples/client', () => {
  // It can be copied and installed by itself; here it is built with the packages of the whole repository.
  test('is tested with the versions that it installs', () => {
    const own = read('examples/client/package.json');
    const ours = read('package.json');
    const all: Packages = { ...ours.dependencies, ...ours.devDependencies };
    for (const [name, version] of Object.entries({ ...own.dependencies, ...own.devDependencies })) {
      expect([name, all[name]]).toEqual([name, version]);
    }
  });
});
