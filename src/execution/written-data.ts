import type { FormattedExecutionResult } from 'graphql';

const texts = new WeakMap<object, string>();

/** Data of an answer that is JSON already. */
export function writtenData(text: string): Record<string, unknown> {
  const data = { toJSON: (): unknown => JSON.parse(text) };
  texts.set(data, text);
  return data;
}

/** An answer as Apollo Server writes it, data that is JSON already as it is. */
export function stringifyResult(result: FormattedExecutionResult): string {
  const { data, errors, extensions } = result;
  const text = data == null ? undefined : texts.get(data);
  return text === undefined || errors !== undefined || extensions !== undefined
    ? `${JSON.stringify(result)}\n`
    : `{"data":${text}}\n`;
}
