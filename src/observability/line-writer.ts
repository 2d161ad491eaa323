import { writeSync } from 'node:fs';
import { textOf } from '../untrusted/unknown-value.ts';

const RETRY_AFTER_MS = 10;
const sleeper = new Int32Array(new SharedArrayBuffer(4));

const NEWLINE = 0x0a;

/** Writes bytes from an offset on, and returns how many it has written. */
type Write = (fd: number, bytes: Uint8Array, offset: number) => number;

/**
 * Writes whole lines to a file descriptor. Each write is complete when it returns: a slow reader of a pipe (EAGAIN) blocks
 * the process. Throws the system's error; a line that an error has cut is ended before the next one.
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
          Atomics.wait(sleeper, 0, 0, RETRY_AFTER_MS);
        }
      }
    } finally {
      if (written > 0) isTorn = bytes[written - 1] !== NEWLINE;
    }
  };
}

const STANDARD_ERROR = 2;
const standardErrorWriter = lineWriter(STANDARD_ERROR);

/** Writes to standard error at once. If that fails, the lines are lost: there is no other output. */
export function writeToStandardError(lines: string): void {
  try {
    standardErrorWriter(lines);
  } catch {
    // Nothing else can report it.
  }
}
