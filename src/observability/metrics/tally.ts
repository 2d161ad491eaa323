/** Counts by the values of labels, until somebody takes the counts away. */
export interface Tally<Label extends string> {
  /** One more of these values, in the labels' order. */
  readonly count: (...values: readonly string[]) => void;
  /** Tells all counts since the last time, and begins anew. */
  readonly take: (tell: (labels: Partial<Record<Label, string>>, count: number) => void) => void;
  /** Forgets one of the counts. */
  readonly drop: (labels: Readonly<Record<Label, string>>) => void;
}

/** How often something came with the values that lead here, and where further values lead. */
class Place {
  count = 0;
  readonly further = new Map<string, Place>();

  at(value: string): Place {
    let place = this.further.get(value);
    if (place === undefined) {
      place = new Place();
      this.further.set(value, place);
    }
    return place;
  }
}

export function createTally<Label extends string>(labelNames: readonly Label[]): Tally<Label> {
  let root = new Place();
  return {
    count(...values) {
      let place = root;
      for (const value of values) place = place.at(value);
      place.count += 1;
    },
    take(tell) {
      const tellAll = (
        place: Place,
        [name, ...more]: readonly Label[],
        labels: Partial<Record<Label, string>>,
      ) => {
        if (place.count > 0) tell(labels, place.count);
        if (name === undefined) return;
        for (const [value, next] of place.further) tellAll(next, more, { ...labels, [name]: value });
      };
      tellAll(root, labelNames, {});
      root = new Place();
    },
    drop(labels) {
      const way: { readonly from: Place; readonly value: string }[] = [];
      let place: Place | undefined = root;
      for (const name of labelNames) {
        const value = labels[name];
        way.push({ from: place, value });
        place = place.further.get(value);
        if (place === undefined) return;
      }
      for (const { from, value } of way.toReversed()) {
        // What is left of it leads somewhere else.
        if (from.further.get(value)?.further.size === 0) from.further.delete(value);
      }
    },
  };
}
