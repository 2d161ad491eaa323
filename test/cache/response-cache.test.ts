import { describe, expect, test } from '@jest/globals';
import { noCacheObserver } from '../../src/cache/observer.ts';
import {
  type CachedResponse,
  createResponseCache,
  type ResponseCache,
  type ResponseKey,
  responseKey,
} from '../../src/cache/response-cache.ts';

type Response = CachedResponse<string>;
type Cache = ResponseCache<string>;

const response = (text: string): Response => ({ body: Buffer.from(text), dependencies: [], details: '' });
const create = () => createResponseCache<string>({ maxEntries: 10, maxBytes: 1_000_000 });
const keyOf = (text: string, permissions = 'all', accept = '*/*') =>
  responseKey(permissions, accept, Buffer.from(text));
const find = (cache: Cache, key: ResponseKey) => cache.find(key, noCacheObserver);
const storeTwice = (cache: Cache, key: ResponseKey, stored: Response) => {
  cache.store(key, stored);
  cache.store(key, stored);
};

describe('the response cache', () => {
  const text = `query { ${'stage '.repeat(500)} }`;

  test('stores a response the second time that its key is seen, not the first', () => {
    const cache = create();
    const first = response('{}');
    cache.store(keyOf(text), first);
    expect(find(cache, keyOf(text))).toBeUndefined();
    cache.store(keyOf(text), first);
    expect(find(cache, keyOf(text))).toEqual(first);
  });

  test('takes requests that differ in any byte for different ones', () => {
    const cache = create();
    cache.store(keyOf(text), response('{}'));
    for (let at = 0; at < text.length; at++) {
      const other = keyOf(`${text.slice(0, at)}#${text.slice(at + 1)}`);
      cache.store(other, response('{}'));
      expect(find(cache, other)).toBeUndefined();
    }
  });

  test('finds a response for equal permissions and an equal Accept header only', () => {
    const cache = create();
    storeTwice(cache, keyOf(text), response('{}'));
    for (const other of [
      keyOf(text, 'none'),
      keyOf(text, 'all', 'text/html'),
      keyOf(text, '*/*', 'all'),
      responseKey('all', undefined, Buffer.from(text)),
    ]) {
      expect(find(cache, other)).toBeUndefined();
      expect(find(cache, { ...other, hash: keyOf(text).hash })).toBeUndefined();
    }
    expect(find(cache, keyOf(text))).toBeDefined();
  });

  test('compares the bytes of requests whose hashes collide', () => {
    const cache = create();
    const { hash } = keyOf('one');
    storeTwice(cache, keyOf('one'), response('1'));
    expect(find(cache, { ...keyOf('two'), hash })).toBeUndefined();
    const two = response('2');
    cache.store({ ...keyOf('two'), hash }, two);
    expect(find(cache, { ...keyOf('two'), hash })).toEqual(two);
    expect(find(cache, keyOf('one'))).toBeUndefined();
  });

  test('copies what it stores: the memory of a request is reused', () => {
    const cache = create();
    const memory = Buffer.from(`${text}${text}`);
    const [request, body] = [memory.subarray(0, text.length), memory.subarray(text.length)];
    storeTwice(cache, responseKey('all', '*/*', request), { ...response(''), body });
    memory.fill(0);
    expect(find(cache, keyOf(text))).toMatchObject({ body: Buffer.from(text) });
  });
});
