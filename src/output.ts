import { type DestinationStream, pino } from 'pino';

/** Standard output, of which this is the only writer: lines stay whole and in their order, however slowly it is read. */
export interface Output extends DestinationStream {
  /** Writes what is held back. */
  readonly flush: () => void;
}

/** A write for each line would cost more than what most requests do. */
const ENOUGH = 32 * 1024;
const SOON_MS = 100;

/**
 * Many lines are written at once: when there are enough of them, after a tenth of a second, and at the end of the process,
 * whichever way it ends but being killed. Each write is over when it returns: one under way beside another tears lines,
 * and one that waits in memory grows without end where nobody reads.
 */
export function standardOutput(): Output {
  const written = pino.destination({ dest: 1, sync: true });
  written.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
    // pino writes nothing from here on.
    process.stderr.write('Nobody reads standard output any more: the log goes nowhere.\n');
  });
  let held = '';
  let timer: NodeJS.Timeout | undefined;
  function flush(): void {
    clearTimeout(timer);
    timer = undefined;
    const text = held;
    held = '';
    if (text !== '') written.write(text);
  }
  process.once('exit', flush);
  return {
    flush,
    write(text) {
      held += text;
      if (held.length >= ENOUGH) flush();
      else timer ??= setTimeout(flush, SOON_MS).unref();
    },
  };
}

/** The same output, for lines that must be out before anything else is done. */
export const atOnce = (output: Output): DestinationStream => ({
  write(text) {
    output.write(text);
    output.flush();
  },
});
