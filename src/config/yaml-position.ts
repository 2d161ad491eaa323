import { type Document, isMap, isScalar, type LineCounter } from 'yaml';

/** A place in a file, from 1. */
export interface SourcePosition {
  readonly line: number;
  readonly col: number;
}

/** The place of a value in the file: its own, or that of the nearest part of the file that contains it. */
export function positionOf(
  document: Document,
  lines: LineCounter,
  path: readonly PropertyKey[],
): SourcePosition {
  for (let length = path.length; length > 0; length--) {
    const parent: unknown = document.getIn(path.slice(0, length - 1), true);
    const key = path[length - 1];
    const pair = isMap(parent)
      ? parent.items.find((item) => isScalar(item.key) && item.key.value === key)
      : undefined;
    const node: unknown = pair?.key ?? document.getIn(path.slice(0, length), true);
    if (typeof node === 'object' && node !== null && 'range' in node && Array.isArray(node.range)) {
      return lines.linePos(Number(node.range[0]));
    }
  }
  return { line: 1, col: 1 };
}
