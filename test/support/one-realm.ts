import { types } from 'node:util';

const ordinary = Function.prototype[Symbol.hasInstance];

/**
 * Jest runs tests in a realm of its own, where the errors of node's own modules (a refused or reset connection) are no
 * instances of `Error`. The SDK asks whether they are, and would hide their codes: here they are, as outside of Jest.
 */
Object.defineProperty(Error, Symbol.hasInstance, {
  value(this: unknown, value: unknown): boolean {
    return (this === Error && types.isNativeError(value)) || ordinary.call(this as typeof Error, value);
  },
});
