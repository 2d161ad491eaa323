/** JSON, or a promise of it where a resolver returned a promise. */
export type JsonText = string | Promise<string>;

/** Adds a prefix and a part. */
export type Add = (prefix: string, part: JsonText) => void;

const ignore = (): void => undefined;

/** Joins the parts that `fill` adds, in their order. The result is a promise only if a part is. */
export function joinJson(open: string, close: string, fill: (add: Add) => void): JsonText {
  let text = open;
  /** What precedes each pending part. */
  const before: string[] = [];
  const pending: Promise<string>[] = [];
  try {
    fill((prefix, part) => {
      if (typeof part === 'string') {
        text += prefix + part;
        return;
      }
      before.push(text + prefix);
      pending.push(part);
      text = '';
    });
  } catch (error) {
    // Nothing awaits them: a rejection would be unhandled.
    for (const part of pending) part.catch(ignore);
    throw error;
  }
  const last = text + close;
  if (pending.length === 0) return last;
  return Promise.all(pending).then((parts) => {
    let all = '';
    for (const [index, part] of parts.entries()) all += (before[index] ?? '') + part;
    return all + last;
  });
}
