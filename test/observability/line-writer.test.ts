import { describe, expect, test } from '@jest/globals';
import { lineWriter } from '../../src/observability/line-writer.ts';

describe('lineWriter', () => {
  /** A file that takes this many bytes at a time, or fails, and its content. */
  const fileOf = (script: readonly (number | string)[]) => {
    const steps = [...script];
    let content = '';
    const write = lineWriter(7, (_, bytes, offset) => {
      const step = steps.shift() ?? Infinity;
      if (typeof step === 'string') throw Object.assign(new Error(step), { code: step });
      const part = bytes.subarray(offset, offset + step);
      content += Buffer.from(part).toString();
      return part.length;
    });
    return { write, content: () => content };
  };

  test('writes a whole line in several parts, and waits for a slow reader', () => {
    const { write, content } = fileOf([3, 'EAGAIN', 2, 'EAGAIN', 'EAGAIN']);
    write('a line with é\n');
    expect(content()).toBe('a line with é\n');
  });

  test('ends a line that an error cut off before it writes the next one', () => {
    const { write, content } = fileOf([3, 'ENOSPC', 'ENOSPC']);
    expect(() => write('cut off\n')).toThrow('ENOSPC');
    expect(() => write('lost\n')).toThrow('ENOSPC');
    write('whole\n');
    write('whole, too\n');
    expect(content()).toBe('cut\nwhole\nwhole, too\n');
  });
});
