/** The path without the query string, which may hold an operation with its variables. */
export const pathOf = (url: string): string => url.replace(/\?.*$/s, '');
