import { LineCounter, parseDocument } from 'yaml';
import { type SourcePosition, positionOf } from './yaml-position.ts';

/** What a file holds, and where in it each value is; or what is wrong with the file, a line each. */
export type YamlFile =
  | { readonly problems: readonly string[] }
  | { readonly value: unknown; readonly positionOf: (path: readonly PropertyKey[]) => SourcePosition };

const MAX_BYTES = 1024 * 1024;
const MAX_ALIASES = 100;

/** Reads the text of a file, YAML or JSON. Problems begin with the file's path and, but for its size, line and column. */
export function readYaml(path: string, text: string): YamlFile {
  if (Buffer.byteLength(text) > MAX_BYTES) return { problems: [`${path}: has more than ${MAX_BYTES} bytes`] };
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  if (document.errors.length > 0) {
    const problems = document.errors.map(({ pos: [start], message }) => {
      const { line, col } = lines.linePos(start);
      return `${path}:${line}:${col}: ${message}`;
    });
    return { problems };
  }
  try {
    const value: unknown = document.toJS({ maxAliasCount: MAX_ALIASES });
    return { value, positionOf: (place) => positionOf(document, lines, place) };
  } catch (error) {
    // An alias is unknown, or there are too many.
    return { problems: [`${path}:1:1: ${error instanceof Error ? error.message : String(error)}`] };
  }
}
