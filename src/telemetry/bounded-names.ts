/** Where all end up that are too many. */
export const OTHER = 'other';

/**
 * A label has as many values as clients can think of: the first `most` keep their names, all others are one. Names that
 * are longer than a person would write have none of their own.
 */
export function boundedNames(most: number, longest: number): (name: string) => string {
  const known = new Set<string>();
  return (name) => {
    if (known.has(name)) return name;
    if (known.size >= most || name.length > longest) return OTHER;
    known.add(name);
    return name;
  };
}
