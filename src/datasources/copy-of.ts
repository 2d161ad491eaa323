/**
 * A fresh object for the library that resolves references: it writes the type's name into what it gets, and what is read
 * here is shared by all requests.
 */
export const copyOf = <Model extends object>(model: Model | null): Model | null =>
  model === null ? null : { ...model };
