import type { FormattedExecutionResult } from 'graphql';

/** The data of a response, serialized already. */
export class SerializedData {
  readonly [field: string]: unknown;
  readonly #json: string;

  constructor(json: string) {
    this.#json = json;
  }

  static jsonOf(data: object): string | undefined {
    return #json in data ? data.#json : undefined;
  }

  toJSON(): unknown {
    return JSON.parse(this.#json);
  }
}

/** Serializes a response as Apollo Server does, and takes serialized data as it is. */
export function stringifyResult(result: FormattedExecutionResult): string {
  const { data, errors, extensions } = result;
  const json = data == null ? undefined : SerializedData.jsonOf(data);
  return json === undefined || errors !== undefined || extensions !== undefined
    ? `${JSON.stringify(result)}\n`
    : `{"data":${json}}\n`;
}
