/** JSON, or a promise of it where a resolver returned a promise. */
export type JsonText = string | Promise<string>;

/**
 * The JSON of a name of GraphQL, which is ASCII. V8 may keep such a name with two bytes a character, e.g. if a WebAssembly
 * module was the first to use it, and then whatever it is joined to, which takes twice the time to send.
 */
export const jsonOfName = (name: string): string =>
  Buffer.from(JSON.stringify(name), 'latin1').toString('latin1');

type Add = (prefix: string, part: JsonText) => void;

/** Joins the parts that `fill` adds, in their order. The result is a promise only if a part is. */
export function joinJson(open: string, close: string, fill: (add: Add) => void): JsonText {
  let text = open;
  const before: string[] = [];
  const pending: Promise<string>[] = [];
  try {
    fill((prefix, part) => {
      text += prefix;
      if (typeof part === 'string') text += part;
      else {
        before.push(text);
        pending.push(part);
        text = '';
      }
    });
  } catch (error) {
    // Nothing awaits them: a rejection would be unhandled.
    for (const part of pending) part.catch(() => undefined);
    throw error;
  }
  const last = text + close;
  if (pending.length === 0) return last;
  return Promise.all(pending).then(
    (parts) => parts.map((part, index) => `${before[index] ?? ''}${part}`).join('') + last,
  );
}
