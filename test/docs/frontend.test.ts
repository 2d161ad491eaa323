import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { marked } from 'marked';

const read = (path: string): string => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');

const blocks: { readonly file: string; readonly text: string }[] = [];
void marked.walkTokens(marked.lexer(read('docs/frontend.md')), (token) => {
  if (token.type !== 'code') return;
  const [, file = ''] = String(token.lang).split(' ');
  blocks.push({ file, text: String(token.text) });
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
});
