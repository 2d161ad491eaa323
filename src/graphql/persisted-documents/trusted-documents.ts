import { createHash } from 'node:crypto';

/** A document that requests may name by its id instead of sending its text. */
export interface TrustedDocument {
  readonly id: string;
  readonly text: string;
}

/** The documents that the gateway has, by id. */
export interface TrustedDocuments {
  /** The text under an id: that of the manifest, or the SHA-256 of the text, also with the prefix `sha256:`. */
  readonly textOf: (id: string) => string | undefined;
  readonly includes: (text: string) => boolean;
  /** Changes when the documents are replaced. */
  readonly generation: () => number;
  /** Replaces all but the built-in ones. */
  readonly replace: (documents: readonly TrustedDocument[]) => void;
}

export const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

function indexOf(documents: readonly TrustedDocument[]) {
  const texts = documents.map(({ text }) => text);
  return {
    byId: new Map(documents.map(({ id, text }) => [id, text])),
    byHash: new Map(texts.map((text) => [sha256(text), text])),
    texts: new Set(texts),
  };
}

/** `builtIn`: those of the gateway's own pages, which always belong. */
export function createTrustedDocuments(
  documents: readonly TrustedDocument[] = [],
  builtIn: readonly TrustedDocument[] = [],
): TrustedDocuments {
  let generation = 1;
  let index = indexOf([...builtIn, ...documents]);
  return {
    textOf: (id) => index.byId.get(id) ?? index.byHash.get(id.replace(/^sha256:/, '')),
    includes: (text) => index.texts.has(text),
    generation: () => generation,
    replace(others) {
      index = indexOf([...builtIn, ...others]);
      generation += 1;
    },
  };
}
