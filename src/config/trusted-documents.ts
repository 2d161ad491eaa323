import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { GraphQLError } from 'graphql';
import { z } from 'zod';
import { sha256, type TrustedDocument } from '../graphql/persisted-documents/trusted-documents.ts';
import { ConfigError } from './config-error.ts';

/** Everything for which the gateway would refuse a document. */
export type CheckDocument = (text: string) => readonly GraphQLError[];

/** A document with its place: a file, or a manifest and the entry in it. */
interface PlacedDocument extends TrustedDocument {
  readonly place: string;
}

/** What graphql-codegen's client preset and Relay's compiler write. */
const textsById = z.record(z.string().min(1), z.string());

/** What Apollo's generate-persisted-query-manifest writes. */
const apolloManifest = z.object({
  format: z.literal('apollo-persisted-query-manifest'),
  version: z.literal(1),
  operations: z.array(z.object({ id: z.string().min(1), body: z.string() })),
});

const UNKNOWN_FORMAT =
  "must be Apollo's persisted-query manifest (version 1), or an object of texts by their ids, as Relay's compiler and " +
  "graphql-codegen's client preset write it";

/** The documents of a manifest, which is the content of the file `path`. */
function readManifest(path: string, json: string): PlacedDocument[] {
  let content: unknown;
  try {
    content = JSON.parse(json);
  } catch (error) {
    throw new ConfigError([`${path}: ${error instanceof Error ? error.message : String(error)}`]);
  }
  const texts = textsById.safeParse(content).data;
  if (texts !== undefined) {
    return Object.entries(texts).map(([id, text]) => ({ id, text, place: `${path}: "${id}"` }));
  }
  const { data, error } = apolloManifest.safeParse(content);
  if (data !== undefined) {
    return data.operations.map(({ id, body }, index) => ({
      id,
      text: body,
      place: `${path}: operations[${index}] "${id}"`,
    }));
  }
  const [{ path: place, message } = { path: [], message: '' }] = error.issues;
  const detail = place[0] === 'operations' ? ` (${place.map(String).join('.')}: ${message})` : '';
  throw new ConfigError([`${path}: ${UNKNOWN_FORMAT}${detail}`]);
}

/** The documents of the `.graphql` files of a folder and its subfolders, except hidden ones. */
function readFolder(folder: string): PlacedDocument[] {
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' });
  return names
    .filter((name) => name.endsWith('.graphql') && !/(^|[\\/])\./.test(name))
    .sort()
    .map((name) => {
      const place = join(folder, name);
      const text = readFileSync(place, 'utf8');
      return { id: sha256(text), text, place };
    });
}

function read(path: string, source: string): PlacedDocument[] {
  try {
    return statSync(path).isDirectory() ? readFolder(path) : readManifest(path, readFileSync(path, 'utf8'));
  } catch (error) {
    if (error instanceof ConfigError) throw error;
    throw new ConfigError([`${source}: ${error instanceof Error ? error.message : String(error)}`]);
  }
}

function problemsOf({ text, place }: PlacedDocument, check: CheckDocument): string[] {
  return check(text).map(({ message, locations: [at] = [] }) =>
    at === undefined ? `${place}: ${message}` : `${place}:${at.line}:${at.column}: ${message}`,
  );
}

/** An id that stands for two texts: a request could execute either. */
function ambiguousIds(documents: readonly PlacedDocument[]): string[] {
  const first = new Map<string, PlacedDocument>();
  return documents.flatMap((document) => {
    const other = first.get(document.id) ?? document;
    first.set(document.id, other);
    return other.text === document.text ? [] : [`${document.place}: the id is that of another document too`];
  });
}

/**
 * Reads trusted documents: a folder of `.graphql` files, whose ids are the SHA-256 of their text, or a manifest. `source`
 * is what names it, for a path that cannot be read. Throws a ConfigError with every mistake and its place.
 */
export function readTrustedDocuments(
  path: string,
  check: CheckDocument,
  source = 'TRUSTED_DOCUMENTS',
): readonly TrustedDocument[] {
  const documents = read(path, source);
  if (documents.length === 0) throw new ConfigError([`${source}: ${path} has no documents`]);
  const problems = [...documents.flatMap((each) => problemsOf(each, check)), ...ambiguousIds(documents)];
  if (problems.length > 0) throw new ConfigError(problems);
  return documents;
}

/** The documents of the console, written by its build. The path is the same from src/ and dist/. */
const CONSOLE_MANIFEST = new URL('../../console/built/persisted-documents.json', import.meta.url);

/** The documents of the gateway's own pages, which are trusted always; none if the pages are not there. */
export function readBuiltInDocuments(manifest = CONSOLE_MANIFEST): readonly TrustedDocument[] {
  if (!existsSync(manifest)) return [];
  return readManifest(fileURLToPath(manifest), readFileSync(manifest, 'utf8'));
}
