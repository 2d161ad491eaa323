/**
 * A text whose characters order as the text's code units, on both databases: hexadecimal UTF-16BE. UTF-8, which they
 * order by, has characters beyond U+FFFF last.
 */
export const sortKey = (text: string): string => Buffer.from(text, 'utf16le').swap16().toString('hex');
