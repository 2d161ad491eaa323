const VISIBLE = /^[\p{L}\p{N}\p{P}\p{S}]$/u;

const name = (character: string): string =>
  VISIBLE.test(character)
    ? JSON.stringify(character)
    : `U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`;

/**
 * The first character that is not allowed, with its position (from 1), or undefined. Messages must not repeat the rest of
 * the text: it may be a secret. `allowed` matches one allowed character.
 */
export function refusedCharacter(text: string, allowed: RegExp): string | undefined {
  const characters = Array.from(text);
  const index = characters.findIndex((character) => !allowed.test(character));
  const refused = characters[index];
  return refused === undefined ? undefined : `${name(refused)} at position ${index + 1}`;
}

/** The length of a text as AWS counts it: in characters, not in UTF-16 units. */
export const lengthOf = (text: string): number => Array.from(text).length;
