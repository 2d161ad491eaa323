import { describe, expect, test } from '@jest/globals';
import { readCommandLine } from '../../src/cli/command-line.ts';

describe('the command line', () => {
  test.each([
    [[], { kind: 'serve' }],
    [['serve'], { kind: 'serve' }],
    [['schema'], { kind: 'schema', auth: false, fleet: false, client: false }],
    [['schema', '--auth'], { kind: 'schema', auth: true, fleet: false, client: false }],
    [['stage-api', '--port', '0', '--help'], { kind: 'stage-api', args: ['--port', '0', '--help'] }],
    [['export', '--api', 'a'], { kind: 'export', args: ['--api', 'a'] }],
    [['plan', '-f', 'x', '--help'], { kind: 'plan', args: ['-f', 'x', '--help'] }],
    [['apply'], { kind: 'apply', args: [] }],
    [['policies', 'test', '-c', 'x', '--help'], { kind: 'policies', args: ['test', '-c', 'x', '--help'] }],
    [['policies'], { kind: 'policies', args: [] }],
    [['--help'], { kind: 'help' }],
    [['serve', '-h'], { kind: 'help' }],
    [['--version'], { kind: 'version' }],
    [['--print-config'], { kind: 'print-config' }],
    [['schema', '--fleet'], { kind: 'schema', auth: false, fleet: true, client: false }],
    [['schema', '--client'], { kind: 'schema', auth: false, fleet: false, client: true }],
    [['serve', '--print-config'], { kind: 'print-config' }],
  ])('%j', (args, command) => {
    expect(readCommandLine(args)).toEqual(command);
  });

  test.each([
    [['sreve'], 'Unknown command: sreve'],
    [['serve', 'now'], 'Unknown argument for serve: now'],
    [['--auth'], 'Unknown option for serve: --auth'],
    [['--client'], 'Unknown option for serve: --client'],
    [['schema', '--client', '--fleet'], '--client prints no SDL for routers: leave out --fleet'],
    [['--port', '1'], "Unknown option '--port'"],
  ])('%j is a usage error with a message', (args, message) => {
    expect(readCommandLine(args)).toEqual({ kind: 'usage-error', message: expect.stringContaining(message) });
  });
});
