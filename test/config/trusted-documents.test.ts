import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, test } from '@jest/globals';
import { ConfigError } from '../../src/config/config-error.ts';
import { readStartConfig } from '../../src/config/config.ts';
import { readBuiltInDocuments, readTrustedDocuments } from '../../src/config/trusted-documents.ts';
import { createDocumentCheck } from '../../src/graphql/document-rules.ts';
import { defaultLimits } from '../../src/graphql/limits/limits.ts';
import { sha256 } from '../../src/graphql/persisted-documents/trusted-documents.ts';
import { createSchema } from '../../src/graphql/schema/schema.ts';
import '../support/one-realm.ts';

const TYPENAME = '{ __typename }';
const STAGES = 'query Stages {\n  stages(restApiId: "petstore01") { stageName }\n}\n';
const WRONG = 'query Stages {\n  stages(restApiId: "petstore01") { nothing }\n}\n';
const check = createDocumentCheck(createSchema(), defaultLimits);

/** Writes files into a folder of their own. */
function folderOf(files: Record<string, string>): string {
  const folder = mkdtempSync(join(tmpdir(), 'documents-'));
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
  return folder;
}
const manifestOf = (content: unknown): string =>
  join(folderOf({ 'm.json': JSON.stringify(content) }), 'm.json');
const read = (path: string) => readTrustedDocuments(path, check).map(({ id, text }) => ({ id, text }));

function problemsOf(path: string): readonly string[] {
  try {
    read(path);
    return [];
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return error.problems.map((problem) => problem.replaceAll(path, 'PATH'));
  }
}

const apollo = (operations: readonly object[]) => ({
  format: 'apollo-persisted-query-manifest',
  version: 1,
  operations,
});

describe('TRUSTED_DOCUMENTS', () => {
  test('is a folder of files, whose ids are what sha256sum prints', () => {
    const folder = folderOf({
      'stages.graphql': STAGES,
      'deep/er/typename.graphql': TYPENAME,
      'readme.md': 'no document',
      // As Kubernetes mounts a ConfigMap.
      '..2026_11_28/stages.graphql': WRONG,
    });
    expect(read(folder)).toEqual([
      { id: sha256(TYPENAME), text: TYPENAME },
      { id: sha256(STAGES), text: STAGES },
    ]);
  });

  test("is Apollo's persisted-query manifest", () => {
    const manifest = apollo([{ id: 'a', name: 'Stages', type: 'query', body: STAGES }]);
    expect(read(manifestOf(manifest))).toEqual([{ id: 'a', text: STAGES }]);
  });

  test("is the manifest of Relay and of graphql-codegen's client preset", () => {
    expect(read(manifestOf({ f00: STAGES, ba5: TYPENAME }))).toEqual([
      { id: 'f00', text: STAGES },
      { id: 'ba5', text: TYPENAME },
    ]);
  });

  test('reports every mistake with its file and its place in it', () => {
    const folder = folderOf({
      'fields.graphql': WRONG,
      'syntax.graphql': 'query {\n  stages(\n}\n',
      'empty.graphql': '# nothing\n',
      'large.graphql': `{ ${Array.from({ length: 150 }, (_, index) => `a${index}: __typename`).join(' ')} }`,
    });
    expect(problemsOf(folder)).toEqual([
      'PATH/empty.graphql:2:1: Syntax Error: Unexpected <EOF>.',
      'PATH/fields.graphql:2:37: Cannot query field "nothing" on type "Stage".',
      expect.stringMatching(/^PATH\/large.graphql: .* 150 root fields/),
      expect.stringMatching(/^PATH\/large.graphql: .* 150 aliases/),
      expect.stringMatching(/^PATH\/syntax.graphql:3:1: Syntax Error/),
    ]);
  });

  test('reports every mistake with the entry of the manifest', () => {
    expect(problemsOf(manifestOf({ good: STAGES, bad: WRONG }))).toEqual([
      'PATH: "bad":2:37: Cannot query field "nothing" on type "Stage".',
    ]);
    const manifest = apollo([
      { id: 'a', name: 'A', type: 'query', body: STAGES },
      { id: 'a', name: 'B', type: 'query', body: WRONG },
    ]);
    expect(problemsOf(manifestOf(manifest))).toEqual([
      'PATH: operations[1] "a":2:37: Cannot query field "nothing" on type "Stage".',
      'PATH: operations[1] "a": the id is that of another document too',
    ]);
  });

  test.each([
    [[STAGES], /^PATH: must be Apollo's persisted-query manifest \(version 1\), or an object of texts/],
    [{ a: 1 }, /^PATH: must be Apollo's/],
    [{ ...apollo([]), version: 2 }, /^PATH: must be Apollo's/],
    [apollo([{ id: 'a', name: 'A' }]), /\(operations\.0\.body: /],
    [apollo([]), /PATH has no documents$/],
    [{}, /PATH has no documents$/],
  ])('%j is no manifest', (content, message) => {
    expect(problemsOf(manifestOf(content))).toEqual([expect.stringMatching(message)]);
  });

  test('a file that is no JSON, an empty folder and a path without a file are mistakes', () => {
    const file = join(folderOf({ 'm.json': '{' }), 'm.json');
    expect(problemsOf(file)).toEqual([expect.stringMatching(/^PATH: .*JSON/)]);
    expect(problemsOf(folderOf({}))).toEqual(['TRUSTED_DOCUMENTS: PATH has no documents']);
    expect(problemsOf('/no/such/file')).toEqual([expect.stringMatching(/^TRUSTED_DOCUMENTS: ENOENT/)]);
  });

  test('its mistakes are reported together with those of the environment', async () => {
    const path = manifestOf({ bad: WRONG });
    await expect(readStartConfig({ TRUSTED_DOCUMENTS: path, PORT: 'x' })).rejects.toMatchObject({
      problems: [
        expect.stringMatching(/^PORT: /),
        expect.stringContaining(`${path}: "bad":2:37: Cannot query`),
      ],
    });
  });

  test('come with the schema that they were checked against, so that the start builds it once', async () => {
    const { schema, documents } = await readStartConfig({ TRUSTED_DOCUMENTS: manifestOf({ a: STAGES }) });
    expect(documents.map(({ text }) => text)).toEqual([STAGES]);
    expect(schema?.getQueryType()?.name).toBe('Query');
    expect((await readStartConfig({})).schema).toBeUndefined();
  });

  test('must be set for TRUSTED_DOCUMENTS_ONLY, unless the console is on, which has documents of its own', async () => {
    const { builtInDocuments } = await readStartConfig({ TRUSTED_DOCUMENTS_ONLY: 'on' });
    expect(builtInDocuments.length).toBeGreaterThan(0);
    await expect(readStartConfig({ TRUSTED_DOCUMENTS_ONLY: 'on', CONSOLE: 'off' })).rejects.toMatchObject({
      problems: [expect.stringMatching(/^TRUSTED_DOCUMENTS must be set/)],
    });
  });
});

describe('the built-in documents', () => {
  test('are those of a manifest, and none if it is not there', () => {
    expect(readBuiltInDocuments(pathToFileURL('/no/such/manifest.json'))).toEqual([]);
    const manifest = pathToFileURL(manifestOf({ f00: STAGES }));
    expect(readBuiltInDocuments(manifest)).toMatchObject([{ id: 'f00', text: STAGES }]);
  });
});
