import { isIP } from 'node:net';
import { stageRules } from '../plans/patch-rules.ts';

const MAX_REASON = 400;

/** The pieces of a message. Each of them is examined by itself, once. */
const PIECES = /[^\s'"`,;()<>[\]]+/g;

/** The first segments of UpdateStage paths; other paths may be files. */
const PATCH_ROOTS: ReadonlySet<string> = new Set([
  ...Object.keys(stageRules),
  'accessLogSettings',
  'canarySettings',
  'variables',
  'tags',
]);
const SETTING = /\/(?:metrics|logging|throttling|caching)\/\w+$/;

const isPatchPath = (path: string, segments: readonly string[]): boolean => {
  const [, root = ''] = segments;
  return PATCH_ROOTS.has(root) || /^(?:\*|\{|~1)/.test(root) || SETTING.test(path);
};

/** Where a path starts in a piece: at its start, or after a sign such as the = of an assignment; -1 if nowhere. */
function startOfPath(piece: string): number {
  if (/^(?:~|\.{1,2})?\//.test(piece)) return 0;
  const slash = piece.indexOf('/');
  return slash > 0 && '=:@|&?%$'.includes(piece.charAt(slash - 1)) ? slash : -1;
}

function withoutPaths(piece: string): string {
  // A Windows path: a drive, a server, or nested folders.
  if (/^[a-z]:\\|^\\\\\w|\w\\\w/i.test(piece)) return '[path]';
  const start = startOfPath(piece);
  if (start === -1) {
    const name = piece.slice(piece.lastIndexOf('/') + 1);
    return name !== piece && isHostName(name) && !isHostName(piece.slice(0, piece.indexOf('/')))
      ? '[path]'
      : piece;
  }
  const path = piece.slice(start);
  const segments = path.split('/');
  // A single name does not reveal where it is.
  if (segments.length < 3 || isPatchPath(path, segments)) return piece;
  return `${piece.slice(0, start)}[path]`;
}

/** Zones whose names are hosts in any case. For other zones, mixed case as in `specified.Non` means text of AWS's. */
const ZONES: ReadonlySet<string> = new Set(
  'com net org io cn eu de uk fr dev app cloud aws info example local localhost internal intranet private corp lan home'.split(
    ' ',
  ),
);

function isHostName(text: string): boolean {
  const labels = text.split('.');
  const zone = labels.at(-1) ?? '';
  if (labels.length === 1) return /^(?:localhost|ip(?:-\d{1,3}){4})$/i.test(text);
  if (!/^[a-z][a-z\d-]+$/i.test(zone) || !labels.every((label) => /^[\w-]+$/.test(label))) return false;
  return ZONES.has(zone.toLowerCase()) || text === text.toLowerCase() || text === text.toUpperCase();
}

/** A text without the signs at its end. A regular expression would take quadratic time. */
function trimmed(text: string, signs: string): string {
  let end = text.length;
  while (end > 0 && signs.includes(text.charAt(end - 1))) end -= 1;
  return text.slice(0, end);
}

function nameOrAddress(part: string): string {
  const name = trimmed(part, '.-');
  const rest = part.slice(name.length);
  if (isIP(name) === 4) return `[address]${rest}`;
  return isHostName(name) ? `[host]${rest}` : part;
}

function withoutHosts(piece: string): string {
  // Keeps variables such as $context.path, and recognizes a host without a domain by its port.
  if (piece.startsWith('$')) return piece;
  if (/^[a-z][\w-]*:\d{2,5}$/i.test(trimmed(piece, '.:'))) return '[host]';
  return piece.replaceAll(/[\w.-]+/g, nameOrAddress);
}

const isWordAt = (text: string, index: number): boolean => /\w/.test(text.charAt(index));

/** Replaces groups of hexadecimal digits and colons that are addresses and not parts of words. */
const withoutIpv6 = (piece: string): string =>
  piece.replaceAll(/[\da-f:.]+(?:%\w+)?/gi, (found, at: number) => {
    if (isWordAt(piece, at - 1) || isWordAt(piece, at + found.length)) return found;
    const candidates = [found, trimmed(found, ':.'), found.replace(/^:(?!:)/, '')];
    return candidates.some((address) => isIP(address) === 6) ? '[address]' : found;
  });

function redacted(piece: string): string {
  if (/(?:^|\W)arn:/i.test(piece)) return '[ARN]';
  if (piece.includes('://') || piece.startsWith('//')) return '[URL]';
  const end = trimmed(piece, '.!?');
  const withoutAccounts = end.replaceAll(/(?<!\d)\d{12}(?!\d)/g, '[account]');
  return withoutHosts(withoutIpv6(withoutPaths(withoutAccounts))) + piece.slice(end.length);
}

/**
 * AWS's message without what clients must not see: ARNs, account ids, hosts, addresses and file paths. It runs in linear
 * time and redacts too much rather than too little. Paths of UpdateStage stay, because they name what to correct.
 */
export const redactAwsMessage = (awsMessage: string): string =>
  awsMessage.replaceAll(PIECES, redacted).trim().slice(0, MAX_REASON);
