import { readFileSync } from 'node:fs';

const page = readFileSync(new URL('../../docs/identity-providers.md', import.meta.url), 'utf8');

/** The text of a provider's section of docs/identity-providers.md. */
export const providerSection = (heading: string): string =>
  page.split(/^## /m).find((section) => section.startsWith(`${heading}\n`)) ?? '';

export function blockAfter(text: string, words: string, language: string): string {
  const block = new RegExp(`${words}.*?\`\`\`${language}\\n(.*?)\`\`\``, 's').exec(text)?.[1];
  if (block === undefined) throw new Error(`there is no block after ${words}`);
  return block;
}

/** Reads lines as a shell does: what stands in single quotes is one value. */
const settingsIn = (block: string): Record<string, string> =>
  Object.fromEntries(
    [...block.matchAll(/^(\w+)=(?:'(.*)'|(\S+))$/gm)].map(([, name = '', quoted, plain = '']) => [
      name,
      quoted ?? plain,
    ]),
  );

/** The variables that a provider's section shows. */
export function providerSettings(heading: string): Readonly<Record<string, string>> {
  const block = blockAfter(providerSection(heading), heading, 'sh');
  const settings = settingsIn(block);
  if (Object.keys(settings).length !== block.trim().split('\n').length)
    throw new Error(`unreadable: ${block}`);
  return settings;
}
