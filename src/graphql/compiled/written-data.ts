import type { FormattedExecutionResult } from 'graphql';

/** Data of an answer that is JSON already. */
export class WrittenData {
  readonly [field: string]: unknown;
  readonly #text: string;

  constructor(text: string) {
    this.#text = text;
  }

  static textOf(data: object): string | undefined {
    return #text in data ? data.#text : undefined;
  }

  toJSON(): unknown {
    return JSON.parse(this.#text);
  }
}

/** An answer as Apollo Server writes it, data that is JSON already as it is. */
export function stringifyResult(result: FormattedExecutionResult): string {
  const { data, errors, extensions } = result;
  const text = data == null ? undefined : WrittenData.textOf(data);
  return text === undefined || errors !== undefined || extensions !== undefined
    ? `${JSON.stringify(result)}\n`
    : `{"data":${text}}\n`;
}
