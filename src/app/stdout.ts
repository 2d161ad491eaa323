import type { DestinationStream } from 'pino';
import { lineWriter, writeToStandardError } from '../observability/line-writer.ts';

/** Standard output. This is its only writer: lines stay whole and in order, even if the reader is slow. */
export interface Output extends DestinationStream {
  /** Writes the buffered lines. */
  readonly flush: () => void;
  /** Writes the buffered lines, then these. Throws if these cannot be written. */
  readonly writeNow: (lines: string) => void;
}

const STANDARD_OUTPUT = 1;
/** One write for each line would cost more than most requests do. */
const BUFFER_BYTES = 32 * 1024;
const FLUSH_AFTER_MS = 100;

/**
 * Buffers lines until there are enough, for a tenth of a second, and until the process exits. Each write is synchronous: two
 * writes at once would tear lines, and lines that wait for a slow reader would fill the memory. Log lines that cannot be
 * written are lost.
 *
 * pino.destination (sonic-boom) does not fit: after EPIPE it drops all lines in silence and never writes again, its
 * flushSync repeats a failed write forever, and it keeps a failed audit line in its buffer, to write it a second time.
 */
export function standardOutput(): Output {
  const writeLines = lineWriter(STANDARD_OUTPUT);
  let buffer = '';
  let timer: NodeJS.Timeout | undefined;
  let isBroken = false;
  function flush(): void {
    clearTimeout(timer);
    timer = undefined;
    const lines = buffer;
    buffer = '';
    if (lines === '') return;
    try {
      writeLines(lines);
      isBroken = false;
    } catch (error) {
      if (!isBroken) {
        writeToStandardError(`Standard output cannot be written, log lines are lost: ${String(error)}\n`);
      }
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
      buffer += text;
      if (buffer.length >= BUFFER_BYTES) flush();
      else timer ??= setTimeout(flush, FLUSH_AFTER_MS).unref();
    },
  };
}

/** The same output without buffering. */
export const unbuffered = (output: Output): DestinationStream => ({ write: output.writeNow });
