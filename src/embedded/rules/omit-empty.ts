/** AWS omits empty strings, lists and maps from its responses (docs/stage-api.md §2). */
export const omitEmpty = <T extends object | string>(value: T | undefined): T | undefined =>
  value === undefined || Object.keys(value).length === 0 ? undefined : value;
