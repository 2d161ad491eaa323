/** Numbers and dates, as people read them. */
export const percent = (share: number): string => `${String(Number(share.toFixed(2)))} %`;

const date = new Intl.DateTimeFormat('en-GB', { dateStyle: 'medium', timeStyle: 'short' });
export const dateOf = (iso: string): string => date.format(new Date(iso));

const relative = new Intl.RelativeTimeFormat('en-GB', { numeric: 'auto' });
const units: readonly [Intl.RelativeTimeFormatUnit, number][] = [
  ['year', 31_536_000],
  ['month', 2_592_000],
  ['day', 86_400],
  ['hour', 3600],
  ['minute', 60],
];

/** "3 minutes ago". */
export function agoOf(iso: string): string {
  const seconds = (Date.parse(iso) - Date.now()) / 1000;
  for (const [unit, length] of units) {
    if (Math.abs(seconds) >= length) return relative.format(Math.trunc(seconds / length), unit);
  }
  return 'just now';
}

export const plural = (count: number, one: string): string =>
  `${String(count)} ${one}${count === 1 ? '' : 's'}`;

/** `THROTTLING_OFF` as words: "Throttling off". */
export const inWords = (code: string): string => {
  const text = code.toLowerCase().replaceAll('_', ' ');
  return text.charAt(0).toUpperCase() + text.slice(1);
};

/** `SIZE_0_5_GB` as "0.5 GB". */
export const sizeOf = (size: string): string =>
  size
    .replace(/^SIZE_/, '')
    .replace(/_GB$/, ' GB')
    .replace('_', '.');

/** A throttle of -1 means no limit. */
export const limitOf = (value: number): string => (value === -1 ? 'no limit' : String(value));

export const onOff = (value: boolean | string): string => (String(value) === 'true' ? 'on' : 'off');
