/** Whether something of unknown form is an object, a list included. */
export const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null;

/** A member of something of unknown form; undefined where it has none, or can have none. */
export const memberOf = (value: unknown, name: string): unknown =>
  isObject(value) ? Reflect.get(value, name) : undefined;

/** The same, where it is a text. */
export function textOf(value: unknown, name: string): string | undefined {
  const found = memberOf(value, name);
  return typeof found === 'string' ? found : undefined;
}
