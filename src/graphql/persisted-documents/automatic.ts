import { LRUCache } from 'lru-cache';

const MAX_DOCUMENTS = 2000;
const MAX_BYTES = 16 * 1024 * 1024;
/** A longer document is executed, but not stored. */
const MAX_DOCUMENT_BYTES = 64 * 1024;

/**
 * The texts of automatic persisted queries by their SHA-256, as Apollo Server stores them: only of valid documents whose
 * hash it has compared. All callers share them: who knows a hash knew the text.
 */
export function createAutomaticDocuments() {
  const texts = new LRUCache<string, string>({
    max: MAX_DOCUMENTS,
    maxSize: MAX_BYTES,
    maxEntrySize: MAX_DOCUMENT_BYTES,
    sizeCalculation: (text) => Buffer.byteLength(text),
  });
  return {
    get: (key: string) => Promise.resolve(texts.get(key)),
    set(key: string, text: string) {
      texts.set(key, text);
      return Promise.resolve();
    },
    delete: (key: string) => Promise.resolve(texts.delete(key)),
  };
}
