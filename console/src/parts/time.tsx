import { agoOf, dateOf } from '../words/values.ts';

/** "3 minutes ago", with the date for who wants it exactly. */
export function Ago({ at }: { at: string }) {
  return (
    <time dateTime={at} title={dateOf(at)}>
      {agoOf(at)}
    </time>
  );
}
