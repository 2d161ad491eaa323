import { describe, expect, test } from '@jest/globals';
import {
  type AnswerKey,
  answerKey,
  createKeptAnswers,
  type KeptAnswer,
} from '../../../src/cache/response-cache.ts';
import { noCacheObserver } from '../../../src/cache/observer.ts';

const answer = (text: string): KeptAnswer => ({
  body: Buffer.from(text),
  contentType: 'application/json',
  operationName: null,
  grounds: [],
  policy: undefined,
});

const create = () => createKeptAnswers({ maxEntries: 10, maxBytes: 1_000_000 });
const ask = (text: string, rights = 'all', accept = '*/*') => answerKey(rights, accept, Buffer.from(text));
type Answers = ReturnType<typeof create>;
const found = (answers: Answers, key: AnswerKey) => answers.find(key, noCacheObserver);
const keepTwice = (answers: Answers, key: AnswerKey, kept: KeptAnswer) => {
  answers.keep(key, kept);
  answers.keep(key, kept);
};

describe('answers are kept', () => {
  const text = `query { ${'stage '.repeat(500)} }`;

  test('at the second time that the same is asked, not at the first', () => {
    const answers = create();
    const first = answer('{}');
    answers.keep(ask(text), first);
    expect(found(answers, ask(text))).toBeUndefined();
    answers.keep(ask(text), first);
    expect(found(answers, ask(text))).toEqual(first);
  });

  test('not because something alike was asked: any byte makes another request', () => {
    const answers = create();
    answers.keep(ask(text), answer('{}'));
    for (let at = 0; at < text.length; at++) {
      const other = ask(`${text.slice(0, at)}#${text.slice(at + 1)}`);
      answers.keep(other, answer('{}'));
      expect(found(answers, other)).toBeUndefined();
    }
  });

  test('for who may see the same and reads the same formats', () => {
    const answers = create();
    keepTwice(answers, ask(text), answer('{}'));
    for (const other of [
      ask(text, 'none'),
      ask(text, 'all', 'text/html'),
      ask(text, '*/*', 'all'),
      answerKey('all', undefined, Buffer.from(text)),
    ]) {
      expect(found(answers, other)).toBeUndefined();
      expect(found(answers, { ...other, hash: ask(text).hash })).toBeUndefined();
    }
    expect(found(answers, ask(text))).toBeDefined();
  });

  test('for the very same bytes, whatever their hash is', () => {
    const answers = create();
    const { hash } = ask('one');
    keepTwice(answers, ask('one'), answer('1'));
    expect(found(answers, { ...ask('two'), hash })).toBeUndefined();
    const two = answer('2');
    answers.keep({ ...ask('two'), hash }, two);
    expect(found(answers, { ...ask('two'), hash })).toEqual(two);
    expect(found(answers, ask('one'))).toBeUndefined();
  });

  test('as copies of what was asked: the memory of a request is used again', () => {
    const answers = create();
    const memory = Buffer.from(`${text}${text}`);
    const [body, kept] = [memory.subarray(0, text.length), memory.subarray(text.length)];
    keepTwice(answers, answerKey('all', '*/*', body), { ...answer(''), body: kept });
    memory.fill(0);
    expect(found(answers, ask(text))).toMatchObject({ body: Buffer.from(text) });
  });
});
