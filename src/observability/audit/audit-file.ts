import { closeSync, constants, fstatSync, openSync, statSync } from 'node:fs';
import type { DestinationStream } from 'pino';
import { lineWriter } from '../line-writer.ts';

const { O_APPEND, O_CREAT, O_NONBLOCK, O_WRONLY } = constants;
const MODE = 0o666;

/** Without O_NONBLOCK, opening a named pipe would wait for its reader, and the process with it. */
function open(path: string) {
  const fd = openSync(path, O_WRONLY | O_APPEND | O_CREAT | O_NONBLOCK, MODE);
  return { fd, write: lineWriter(fd) };
}

function isAt(fd: number, path: string): boolean {
  const found = statSync(path, { throwIfNoEntry: false });
  const { dev, ino } = fstatSync(fd);
  return found?.dev === dev && found.ino === ino;
}

/**
 * The audit log's file, which is appended to. One that was moved away, as log rotation does, or deleted is made anew:
 * lines must not go where they are not looked for. Throws where it cannot be opened or written.
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
