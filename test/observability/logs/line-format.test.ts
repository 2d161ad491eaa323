import { expect, test } from '@jest/globals';
import { createLogger } from '../../../src/app/logger.ts';
import { lineFormat } from '../../../src/observability/logs/line-format.ts';

/** What a line of the log with this error becomes. */
async function written(format: 'ecs' | 'otel', err: unknown): Promise<unknown> {
  const convert = await lineFormat(format, '1.2.3');
  let line = '';
  createLogger('info', { write: (text) => (line = text) }).error({ err, value: null }, 'it failed');
  return JSON.parse(convert?.(line) ?? '');
}

class NotFound extends Error {
  override readonly name = 'NotFound';
  readonly code = 'ENOENT';
}

test('in ECS an error has its type, message and stack, and what else it carries', async () => {
  expect(await written('ecs', new NotFound('no such file'))).toMatchObject({
    'log.level': 'error',
    message: 'it failed',
    'error.type': 'NotFound',
    'error.message': 'no such file',
    'error.stack_trace': expect.stringContaining('line-format.test.ts'),
    'stagegraph.error.code': 'ENOENT',
  });
  expect(await written('ecs', 'a text')).toMatchObject({ 'error.message': 'a text' });
  expect(await written('ecs', 7)).toMatchObject({ message: 'it failed' });
});

test('in OTLP an error is the exception of the semantic conventions', async () => {
  const line = JSON.stringify(await written('otel', new NotFound('no such file')));
  const attribute = (key: string, value: string) => JSON.stringify({ key, value: { stringValue: value } });
  expect(line).toContain(attribute('exception.type', 'NotFound'));
  expect(line).toContain(attribute('exception.message', 'no such file'));
  expect(line).toContain('exception.stacktrace');
});

test('a field without a value is left out', async () => {
  expect(JSON.stringify(await written('ecs', 'any'))).not.toContain('stagegraph.value');
  expect(JSON.stringify(await written('otel', 'any'))).not.toContain('stagegraph.value');
});

test('json needs no conversion', () => {
  expect(lineFormat('json', '1.2.3')).toBeUndefined();
});
