import { parseArgs } from 'node:util';

/** What the command line asks for. */
export type Command =
  | { readonly kind: 'serve' | 'help' | 'version' | 'print-config' }
  | { readonly kind: 'schema'; readonly auth: boolean }
  | { readonly kind: 'stage-api'; readonly args: readonly string[] }
  | { readonly kind: 'mistake'; readonly mistake: string };

export const usage = `stagegraph: a typed GraphQL gateway over the Amazon API Gateway Stage API.

  stagegraph [serve]              start the gateway
  stagegraph stage-api [options]  start the embedded Stage API alone; --help lists its options
  stagegraph schema [--auth]      print the subgraph's SDL; with the scopes for routers that enforce them

  --print-config                  check the configuration, print it without secrets, and end
  --version                       print the version, and end
  --help                          print this, and end

The configuration is read from the environment:
`;

const options = {
  help: { type: 'boolean', short: 'h' },
  version: { type: 'boolean', short: 'v' },
  'print-config': { type: 'boolean' },
  auth: { type: 'boolean' },
} as const;

/** The first mistake is enough: there is little to be mistaken about. */
function commandOf(args: string[]): Command {
  const { values, positionals } = parseArgs({ args, options, allowPositionals: true });
  const [name = 'serve', ...others] = positionals;
  if (values.help === true) return { kind: 'help' };
  if (values.version === true) return { kind: 'version' };
  const [other] = others;
  if (other !== undefined) return { kind: 'mistake', mistake: `${other}: ${name} takes no such argument` };
  if (name === 'schema') return { kind: 'schema', auth: values.auth === true };
  if (values.auth === true) return { kind: 'mistake', mistake: `--auth: ${name} takes no such argument` };
  if (name === 'serve') return { kind: values['print-config'] === true ? 'print-config' : 'serve' };
  return { kind: 'mistake', mistake: `${name}: no such command` };
}

/** What follows `stage-api` is read by that program. */
export function readCommandLine(args: readonly string[]): Command {
  const [first, ...rest] = args;
  if (first === 'stage-api') return { kind: 'stage-api', args: rest };
  try {
    return commandOf([...args]);
  } catch (error) {
    return { kind: 'mistake', mistake: error instanceof Error ? error.message : String(error) };
  }
}
