/** JSON that is there, or comes. */
export type Written = string | Promise<string>;

/** Puts pieces of JSON together in their order, those that are still to come among them. */
export interface Join {
  readonly add: (prefix: string, written: Written) => void;
  readonly end: (close: string) => Written;
  /** Nobody wants it any more. */
  readonly drop: () => void;
}

const nothing = (): void => undefined;

export function begin(open: string): Join {
  let text = open;
  /** What stands before each piece that is still to come. */
  const before: string[] = [];
  const coming: Promise<string>[] = [];
  return {
    add(prefix, written) {
      if (typeof written === 'string') {
        text += prefix + written;
        return;
      }
      before.push(text + prefix);
      coming.push(written);
      text = '';
    },
    end(close) {
      const last = text + close;
      if (coming.length === 0) return last;
      return Promise.all(coming).then((pieces) => {
        let all = '';
        for (const [index, piece] of pieces.entries()) all += (before[index] ?? '') + piece;
        return all + last;
      });
    },
    drop() {
      for (const one of coming) one.catch(nothing);
    },
  };
}
