/** §2: what is empty, a text, a list or a map, is no member of an answer. */
export const orAbsent = <T extends object | string>(value: T | undefined): T | undefined =>
  value === undefined || Object.keys(value).length === 0 ? undefined : value;
