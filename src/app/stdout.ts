import type { DestinationStream } from 'pino';
import { complain, lineWriter } from '../observability/line-writer.ts';

/** Standard output, of which this is the only writer: lines stay whole and in their order, however slowly it is read. */
export interface Output extends DestinationStream {
  /** Writes what is held back. */
  readonly flush: () => void;
  /** Writes what is held back, then these lines. Throws where these cannot be written. */
  readonly writeNow: (lines: string) => void;
}

const STANDARD_OUTPUT = 1;
/** A write for each line would cost more than what most requests do. */
const ENOUGH = 32 * 1024;
const SOON_MS = 100;

/**
 * Many lines are written at once: when there are enough of them, after a tenth of a second, and at the end of the process,
 * whichever way it ends but being killed. Each write is over when it returns: one under way beside another tears lines,
 * and one that waits in memory grows without end where nobody reads. Lines of the log that cannot be written are lost.
 */
export function standardOutput(): Output {
  const writeLines = lineWriter(STANDARD_OUTPUT);
  let held = '';
  let timer: NodeJS.Timeout | undefined;
  let isBroken = false;
  function flush(): void {
    clearTimeout(timer);
    timer = undefined;
    const lines = held;
    held = '';
    if (lines === '') return;
    try {
      writeLines(lines);
      isBroken = false;
    } catch (error) {
      if (!isBroken) complain(`Standard output cannot be written, log lines are lost: ${String(error)}\n`);
      isBroken = true;
    }
  }
  process.once('exit', flush);
  return {
    flush,
    writeNow(lines) {
      flush();
      writeLines(lines);
    },
    write(text) {
      held += text;
      if (held.length >= ENOUGH) flush();
      else timer ??= setTimeout(flush, SOON_MS).unref();
    },
  };
}

/** The same output, for lines that must be out before anything else is done. */
export const atOnce = (output: Output): DestinationStream => ({ write: output.writeNow });
