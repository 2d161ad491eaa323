import { parseArgs } from 'node:util';

/** A parsed command line. */
export type Command =
  | { readonly kind: 'serve' | 'help' | 'version' | 'print-config' }
  | { readonly kind: 'schema'; readonly auth: boolean; readonly fleet: boolean; readonly client: boolean }
  | {
      readonly kind: 'stage-api' | 'conformance' | 'export' | 'plan' | 'apply' | 'policies';
      readonly args: readonly string[];
    }
  | { readonly kind: 'usage-error'; readonly message: string };

export const usage = `stagegraph: a typed GraphQL gateway over the Amazon API Gateway Stage API.

  stagegraph [serve]              start the gateway
  stagegraph stage-api [options]  start the embedded Stage API alone; --help lists its options
  stagegraph conformance          compare an emulator of API Gateway with AWS; --help lists its options
  stagegraph export|plan|apply    keep stages as files, through a running gateway; --help lists their options
  stagegraph policies check|test  check a file of policies, or try it with cases; --help lists their options
  stagegraph schema [options]     print the subgraph's SDL
    --auth                        with @authenticated and @requiresScopes
    --fleet                       as a gateway with several targets serves it
    --client                      for clients and their compilers: with node(id:), without federation

  --print-config                  check the configuration, print it without secrets, and exit
  --version                       print the version and exit
  --help                          print this help and exit

The configuration is read from environment variables:
`;

const options = {
  help: { type: 'boolean', short: 'h' },
  version: { type: 'boolean', short: 'v' },
  'print-config': { type: 'boolean' },
  auth: { type: 'boolean' },
  fleet: { type: 'boolean' },
  client: { type: 'boolean' },
} as const;

/** Reports the first error only. */
function commandOf(args: string[]): Command {
  const { values, positionals } = parseArgs({ args, options, allowPositionals: true });
  const [name = 'serve', ...others] = positionals;
  if (values.help === true) return { kind: 'help' };
  if (values.version === true) return { kind: 'version' };
  const [other] = others;
  if (other !== undefined) return { kind: 'usage-error', message: `Unknown argument for ${name}: ${other}` };
  const { auth = false, fleet = false, client = false } = values;
  const [forRouters] = [auth && '--auth', fleet && '--fleet'].filter((option) => option !== false);
  if (name === 'schema' && client && forRouters !== undefined) {
    return { kind: 'usage-error', message: `--client prints no SDL for routers: leave out ${forRouters}` };
  }
  if (name === 'schema') return { kind: 'schema', auth, fleet, client };
  if (client || forRouters !== undefined) {
    return { kind: 'usage-error', message: `Unknown option for ${name}: ${forRouters ?? '--client'}` };
  }
  if (name === 'serve') return { kind: values['print-config'] === true ? 'print-config' : 'serve' };
  return { kind: 'usage-error', message: `Unknown command: ${name}` };
}

/** Commands that parse their own arguments. */
const ownParsers = ['stage-api', 'conformance', 'export', 'plan', 'apply', 'policies'] as const;

export function readCommandLine(args: readonly string[]): Command {
  const [first, ...rest] = args;
  const own = ownParsers.find((name) => name === first);
  if (own !== undefined) return { kind: own, args: rest };
  try {
    return commandOf([...args]);
  } catch (error) {
    return { kind: 'usage-error', message: error instanceof Error ? error.message : String(error) };
  }
}
