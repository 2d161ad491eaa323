import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { marked } from 'marked';

const read = (path: string): string => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');

interface Block {
  readonly file: string;
  /** Without the imports. */
  readonly text: string;
  /** Those of this block and of earlier ones of the same file. */
  readonly imported: ReadonlySet<string>;
}

const IMPORT = /^import (.*?) from '(.*?)';\n+/gms;

/** What a text imports, each as its name and its module. */
const importsOf = (text: string): string[] =>
  [...text.matchAll(IMPORT)].flatMap(
    ([, names = '', module = '']) =>
      names.match(/(?!type\b)[\w$]+/g)?.map((name) => `${name} from ${module}`) ?? [],
  );

const blocks: Block[] = [];
void marked.walkTokens(marked.lexer(read('docs/frontend.md')), (token) => {
  if (token.type !== 'code') return;
  const [, file = ''] = String(token.lang).split(' ');
  const text = String(token.text);
  const before = blocks.filter((block) => block.file === file).flatMap(({ imported }) => [...imported]);
  blocks.push({
    file,
    text: text.replace(IMPORT, ''),
    imported: new Set([...before, ...importsOf(text)]),
  });
});

// The code runs in test/frontend/examples.test.ts.
describe('the page for frontend developers', () => {
  test('shows code of all three clients', () => {
    const files = new Set(blocks.map(({ file }) => file));
    expect([...files].sort()).toEqual([
      'codegen.ts',
      'relay.config.json',
      'src/apollo.ts',
      'src/operations.ts',
      'src/relay.ts',
      'src/urql.ts',
    ]);
  });

  test.each(blocks)('shows what is in $file: $text', ({ file, text }) => {
    expect(read(`examples/frontend/${file}`)).toContain(`${text}\n`);
  });

  test.each(blocks)('imports what it uses in $file: $text', ({ file, text, imported }) => {
    const used = new Set(text.replace(/`[^`]*`|'[^']*'|\/\/.*|\/\*.*?\*\//gs, '').match(/[\w$]+/g));
    const available = importsOf(read(`examples/frontend/${file}`));
    expect(available).toEqual(expect.arrayContaining([...imported]));
    const needed = available.filter((each) => used.has(each.replace(/ from .*/, '')));
    expect([...imported]).toEqual(expect.arrayContaining(needed));
  });
});
