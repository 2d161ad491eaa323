/** A step needs what no earlier step gave. */
export class Unbound extends Error {
  override readonly name = 'Unbound';

  constructor(placeholder: string) {
    super(`no earlier step gave <${placeholder}>`);
  }
}

/** The texts that placeholders stand for, by name. */
export type Bindings = Map<string, string>;

const placeholders = /<([a-z][a-z0-9]*)(\|upper)?>/g;

const resolve = (text: string, upper: string | undefined) =>
  upper === undefined ? text : text.toUpperCase();

/** `value` with every placeholder replaced. Throws Unbound. */
export function fill(value: unknown, bindings: Bindings): unknown {
  if (Array.isArray(value)) return value.map((item) => fill(item, bindings));
  if (typeof value === 'object' && value !== null) {
    return Object.fromEntries(
      Object.entries(value).map(([key, item]) => [String(fill(key, bindings)), fill(item, bindings)]),
    );
  }
  if (typeof value !== 'string') return value;
  return value.replace(placeholders, (_, name: string, upper?: string) => {
    const text = bindings.get(name);
    if (text === undefined) throw new Unbound(name);
    return resolve(text, upper);
  });
}

const kindOf = (name: string) => name.replace(/\d+$/, '');

/** A pattern for the text, with a group for every unbound placeholder. */
function toPattern(wanted: string, bindings: Bindings) {
  const names = new Set<string>();
  let pattern = '';
  let at = 0;
  for (const match of wanted.matchAll(placeholders)) {
    const [whole, name = '', upper] = match;
    pattern += escape(wanted.slice(at, match.index));
    at = match.index + whole.length;
    const bound = bindings.get(name);
    if (bound !== undefined) pattern += escape(resolve(bound, upper));
    else if (names.has(name)) pattern += `\\k<${name}>`;
    else pattern += `(?<${name}>${name === 'account' ? '\\d{12}' : '[^ ]+'})`;
    names.add(name);
  }
  return new RegExp(`^${pattern}${escape(wanted.slice(at))}$`, 's');
}

const escape = (text: string) => text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');

/** Whether `got` is the wanted text for some text of its unbound placeholders, which are bound then. */
function matchText(wanted: string, got: string, bindings: Bindings): boolean {
  const match = toPattern(wanted, bindings).exec(got);
  if (!match) return false;
  return Object.entries(match.groups ?? {}).every(([name, text]) => {
    // Placeholders of one kind, such as <resource> and <resource2>, never stand for the same text.
    const isTaken = [...bindings].some(([other, bound]) => kindOf(other) === kindOf(name) && bound === text);
    bindings.set(name, text);
    return !isTaken;
  });
}

const parseJson = (text: unknown): unknown => {
  try {
    return JSON.parse(String(text));
  } catch {
    return undefined;
  }
};

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function compareObjects(
  wanted: Record<string, unknown>,
  got: Record<string, unknown>,
  at: string,
  bindings: Bindings,
) {
  const extra = Object.keys(got).filter((key) => !Object.hasOwn(wanted, key));
  return [
    ...Object.entries(wanted).flatMap(([key, item]) => compare(item, got[key], `${at}.${key}`, bindings)),
    ...extra.map((key) => `${at}.${key}: expected nothing, got ${JSON.stringify(got[key])}`),
  ];
}

/** A line for every place where `got` is not as recorded. */
export function compare(wanted: unknown, got: unknown, at: string, bindings: Bindings): string[] {
  const differs = [`${at}: expected ${JSON.stringify(wanted)}, got ${JSON.stringify(got)}`];
  if (isObject(wanted) && '$json' in wanted) return compare(wanted.$json, parseJson(got), at, bindings);
  if (isObject(wanted)) return isObject(got) ? compareObjects(wanted, got, at, bindings) : differs;
  if (Array.isArray(wanted)) {
    return Array.isArray(got) && got.length === wanted.length
      ? wanted.flatMap((item, i) => compare(item, got[i], `${at}[${i}]`, bindings))
      : differs;
  }
  // Dates are epoch seconds on the wire.
  if (wanted === '<datetime>') return typeof got === 'number' ? [] : differs;
  if (typeof wanted === 'string')
    return typeof got === 'string' && matchText(wanted, got, bindings) ? [] : differs;
  return wanted === got ? [] : differs;
}
