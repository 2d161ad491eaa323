import { writeSync } from 'node:fs';
import { textOf } from '../untrusted/unknown-value.ts';

const PAUSE_MS = 10;
const pause = new Int32Array(new SharedArrayBuffer(4));

const NEWLINE = 0x0a;

/** Writes some of these bytes, from an offset on, and says how many. */
type Write = (fd: number, bytes: Uint8Array, offset: number) => number;

/**
 * Writes whole lines to a file descriptor, each write complete when it returns: a reader that is slow stops the process
 * for as long. Throws the system's error; a line that an error cut off is ended before the next one.
 */
export function lineWriter(fd: number, write: Write = writeSync): (lines: string) => void {
  let isTorn = false;
  return (lines) => {
    const bytes = Buffer.from(isTorn ? `\n${lines}` : lines);
    let written = 0;
    try {
      while (written < bytes.length) {
        try {
          written += write(fd, bytes, written);
        } catch (error) {
          if (textOf(error, 'code') !== 'EAGAIN') throw error;
          Atomics.wait(pause, 0, 0, PAUSE_MS);
        }
      }
    } finally {
      if (written > 0) isTorn = bytes[written - 1] !== NEWLINE;
    }
  };
}

const STANDARD_ERROR = 2;
const writeToStandardError = lineWriter(STANDARD_ERROR);

/** Writes to standard error at once. Where that cannot be written either, the lines are lost. */
export function complain(lines: string): void {
  try {
    writeToStandardError(lines);
  } catch {
    // There is no other output left.
  }
}
