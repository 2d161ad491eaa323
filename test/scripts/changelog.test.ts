import { expect, test } from '@jest/globals';
import { changelogEntry } from '../../scripts/changelog.ts';

const packageJson = '{ "version": "0.2.0" }';
const changelog = `# Changelog

## Unreleased

## 0.2.0 – 2026-12-01

### Added

- A thing.

## 0.1.0 – 2026-11-01

- The first.
`;

test('the notes of a release are its entry in the changelog', () => {
  expect(changelogEntry('v0.2.0', packageJson, changelog)).toBe('### Added\n\n- A thing.\n');
});

test('a tag of another version than the package is refused', () => {
  expect(() => changelogEntry('v0.3.0', packageJson, changelog)).toThrow('the tag must be v0.2.0');
});

test('a release without an entry is refused', () => {
  expect(() => changelogEntry('v0.3.0', '{ "version": "0.3.0" }', changelog)).toThrow('no entry for 0.3.0');
});
