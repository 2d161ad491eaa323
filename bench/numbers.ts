/** The nth part of sorted numbers; NaN of none. */
export const quantile = (numbers: readonly number[], part: number) =>
  numbers.toSorted((a, b) => a - b)[Math.min(numbers.length - 1, Math.floor(numbers.length * part))] ?? NaN;

export const median = (numbers: readonly number[]) => quantile(numbers, 0.5);
export const sum = (numbers: readonly number[]) => numbers.reduce((total, number) => total + number, 0);

const digits = (number: number) => (Math.abs(number) < 10 ? 2 : Math.abs(number) < 100 ? 1 : 0);
/** Three figures or so; a dash for what could not be measured. */
export const figure = (number: number) => (Number.isFinite(number) ? number.toFixed(digits(number)) : '–');
/** A count per operation: whole when it is. */
export const count = (number: number) => (Number.isInteger(number) ? String(number) : figure(number));
export const milliseconds = (ms: number) => (Number.isFinite(ms) ? `${figure(ms)} ms` : '–');
export const times = (ratio: number) => (Number.isFinite(ratio) ? `${figure(ratio)} ×` : '–');
export const size = (bytes: number) =>
  bytes < 1e5 ? `${Math.round(bytes / 1e3)} kB` : `${(bytes / 1e6).toFixed(bytes < 1e7 ? 1 : 0)} MB`;
