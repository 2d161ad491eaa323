/** A JSON object with unchecked members. */
export type JsonObject = Readonly<Record<string, unknown>>;

export const isJsonObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Members of type double (docs/stage-api.md §2): AWS writes `50.0` where JSON.stringify writes `50`. */
const doubles: ReadonlySet<string> = new Set(['percentTraffic', 'throttlingRateLimit', 'rateLimit']);

const writeNumber = (value: number, member: string | undefined) => {
  if (!Number.isFinite(value))
    throw new RangeError(`${member ?? 'A list item'} is ${value}, which JSON cannot represent`);
  const text = JSON.stringify(value);
  return member !== undefined && doubles.has(member) && /^-?\d+$/.test(text) ? `${text}.0` : text;
};

/**
 * JSON as AWS writes it: absent members are omitted, never null, and doubles have a fraction (§1, §6). The member
 * name identifies a double, because no map of this API has numbers as values.
 */
export function writeJson(value: unknown, member?: string): string {
  if (typeof value === 'number') return writeNumber(value, member);
  if (Array.isArray(value)) return `[${value.map((item) => writeJson(item)).join(',')}]`;
  if (!isJsonObject(value)) return JSON.stringify(value ?? null);
  const members = Object.entries(value).filter(([, item]) => item !== undefined && item !== null);
  return `{${members.map(([name, item]) => `${JSON.stringify(name)}:${writeJson(item, name)}`).join(',')}}`;
}
