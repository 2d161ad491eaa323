/** JSON that is there, or comes. */
export type Written = string | Promise<string>;

/** Adds a piece, after a text that belongs to it. */
export type Add = (prefix: string, written: Written) => void;

const nothing = (): void => undefined;

/** Puts the pieces that `fill` adds together in their order, those that are still to come among them. */
export function join(open: string, close: string, fill: (add: Add) => void): Written {
  let text = open;
  /** What stands before each piece that is still to come. */
  const before: string[] = [];
  const coming: Promise<string>[] = [];
  try {
    fill((prefix, written) => {
      if (typeof written === 'string') {
        text += prefix + written;
        return;
      }
      before.push(text + prefix);
      coming.push(written);
      text = '';
    });
  } catch (error) {
    // Those that come are nobody's any more.
    for (const one of coming) one.catch(nothing);
    throw error;
  }
  const last = text + close;
  if (coming.length === 0) return last;
  return Promise.all(coming).then((pieces) => {
    let all = '';
    for (const [index, piece] of pieces.entries()) all += (before[index] ?? '') + piece;
    return all + last;
  });
}
