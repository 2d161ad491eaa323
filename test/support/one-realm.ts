import { types } from 'node:util';

const ordinary = Function.prototype[Symbol.hasInstance];

/**
 * Jest runs tests in a separate realm, where errors of Node's own modules (such as ECONNREFUSED) are not instances of
 * `Error`. The SDK checks `instanceof` and would hide their codes. This makes them instances, as outside Jest.
 */
Object.defineProperty(Error, Symbol.hasInstance, {
  value(this: unknown, value: unknown): boolean {
    return (this === Error && types.isNativeError(value)) || ordinary.call(this as typeof Error, value);
  },
});
