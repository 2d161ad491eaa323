/** The path that a request names. What follows the question mark may be an operation with its variables. */
export function pathOf(url: string): string {
  const end = url.indexOf('?');
  return end === -1 ? url : url.slice(0, end);
}
