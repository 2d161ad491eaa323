import { mkdirSync, mkdtempSync, readFileSync, renameSync, rmdirSync, rmSync, unlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeEach, describe, expect, test } from '@jest/globals';
import { auditFile } from '../../../src/observability/audit/audit-file.ts';

const folder = mkdtempSync(join(tmpdir(), 'stagegraph-'));
const path = join(folder, 'audit.log');
const text = (of = path) => readFileSync(of, 'utf8');
afterAll(() => rmSync(folder, { recursive: true }));

describe('auditFile', () => {
  beforeEach(() => rmSync(path, { recursive: true, force: true }));

  test('appends each line at once, after the lines of earlier processes', () => {
    auditFile(path).write('first\n');
    auditFile(path).write('second\n');
    expect(text()).toBe('first\nsecond\n');
  });

  test('creates a new file after log rotation has renamed the old one', () => {
    const file = auditFile(path);
    file.write('first\n');
    renameSync(path, `${path}.1`);
    file.write('second\n');
    expect([text(`${path}.1`), text()]).toEqual(['first\n', 'second\n']);
  });

  test('throws while the file cannot be opened, and writes again afterwards', () => {
    const file = auditFile(path);
    unlinkSync(path);
    mkdirSync(path);
    for (const line of ['lost\n', 'lost too\n']) expect(() => file.write(line)).toThrow('EISDIR');
    rmdirSync(path);
    file.write('found\n');
    expect(text()).toBe('found\n');
  });

  test('throws if the folder does not exist', () => {
    expect(() => auditFile(join(folder, 'nowhere', 'audit.log'))).toThrow('ENOENT');
  });
});
