import { mkdirSync, mkdtempSync, readFileSync, renameSync, rmdirSync, rmSync, unlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeEach, describe, expect, test } from '@jest/globals';
import { auditFile } from '../../../src/observability/audit/audit-file.ts';

const folder = mkdtempSync(join(tmpdir(), 'stagegraph-'));
const path = join(folder, 'audit.log');
const text = (of = path) => readFileSync(of, 'utf8');
afterAll(() => rmSync(folder, { recursive: true }));

describe("the audit log's file", () => {
  beforeEach(() => rmSync(path, { recursive: true, force: true }));

  test('has a line when it was written, behind those of earlier processes', () => {
    auditFile(path).write('first\n');
    auditFile(path).write('second\n');
    expect(text()).toBe('first\nsecond\n');
  });

  test('is made anew where log rotation has moved it away', () => {
    const file = auditFile(path);
    file.write('first\n');
    renameSync(path, `${path}.1`);
    file.write('second\n');
    expect([text(`${path}.1`), text()]).toEqual(['first\n', 'second\n']);
  });

  test('throws where it cannot be opened any more, and is written again when it can', () => {
    const file = auditFile(path);
    unlinkSync(path);
    mkdirSync(path);
    for (const line of ['lost\n', 'lost too\n']) expect(() => file.write(line)).toThrow('EISDIR');
    rmdirSync(path);
    file.write('found\n');
    expect(text()).toBe('found\n');
  });

  test('throws where there is no such folder', () => {
    expect(() => auditFile(join(folder, 'nowhere', 'audit.log'))).toThrow('ENOENT');
  });
});
