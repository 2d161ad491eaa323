import { closeSync, constants, fstatSync, openSync, statSync } from 'node:fs';
import type { DestinationStream } from 'pino';
import { lineWriter } from '../line-writer.ts';

const { O_APPEND, O_CREAT, O_NONBLOCK, O_WRONLY } = constants;
const MODE = 0o666;

/** Without O_NONBLOCK, opening a named pipe blocks the process until the pipe has a reader. */
function open(path: string) {
  const fd = openSync(path, O_WRONLY | O_APPEND | O_CREAT | O_NONBLOCK, MODE);
  return { fd, write: lineWriter(fd) };
}

function isAt(fd: number, path: string): boolean {
  const file = statSync(path, { throwIfNoEntry: false });
  const { dev, ino } = fstatSync(fd);
  return file?.dev === dev && file.ino === ino;
}

/**
 * Appends to the audit log's file. If the file was renamed, as log rotation does, or deleted, a new one is created under
 * the same path. Throws if it cannot be opened or written.
 */
export function auditFile(path: string): DestinationStream {
  let file = open(path);
  return {
    write(line) {
      if (!isAt(file.fd, path)) {
        const { fd } = file;
        file = open(path);
        closeSync(fd);
      }
      file.write(line);
    },
  };
}
