/** JSON that is there, or comes. */
export type Written = string | Promise<string>;

/** Pieces of JSON in their order, those that are still to come among them. */
export interface Join {
  readonly texts: string[];
  readonly coming: Promise<void>[];
}

const nothing = (): void => undefined;

export function add({ texts, coming }: Join, prefix: string, written: Written): void {
  if (typeof written === 'string') {
    texts.push(prefix, written);
    return;
  }
  const place = texts.push(prefix, '') - 1;
  coming.push(
    written.then((text) => {
      texts[place] = text;
    }),
  );
}

/** Calls `fill`, which adds the pieces, and puts them together. */
export function join(open: string, close: string, fill: (pieces: Join) => void): Written {
  const pieces: Join = { texts: [open], coming: [] };
  const { texts, coming } = pieces;
  try {
    fill(pieces);
  } catch (error) {
    // Those that come are nobody's any more.
    for (const one of coming) one.catch(nothing);
    throw error;
  }
  texts.push(close);
  // Joined, not added: a text that is kept shall lie in one piece.
  return coming.length === 0 ? texts.join('') : Promise.all(coming).then(() => texts.join(''));
}
