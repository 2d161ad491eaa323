import { parseFlags, UsageError } from '../cli/parse-flags.ts';
import { isAwsUrl } from '../upstream/calls/aws-host.ts';
import { type Case, readCases } from './cases.ts';
import { connect } from './endpoint.ts';
import { type CaseResult, reasonOf, replay } from './replay.ts';
import { caseText, scoreOf, scoreText } from './report.ts';

export const help = `Compares an emulator of Amazon API Gateway's control plane with answers recorded from AWS.

  npx stagegraph conformance --endpoint URL [options]

  --endpoint URL    where the emulator listens, e.g. http://127.0.0.1:4001
  --case NAME       only this case; repeatable
  --list            print the names of the cases, and exit
  --format FORMAT   text (default) or json
  --region REGION   the Region that requests are signed for (us-east-1)
  --timeout S       seconds for one request (10)
  --allow-aws       accept an endpoint of AWS: the cases create and delete REST APIs in your account
  --help            print this help, and exit

Requests are signed with any credentials; with --allow-aws, with those that the AWS SDK finds.
Exit code 0: all steps are as recorded; 1: some are not; 2: wrong usage, or no answer from the endpoint.
`;

const flags = {
  endpoint: { type: 'string' },
  case: { type: 'string', multiple: true },
  list: { type: 'boolean', default: false },
  format: { type: 'string', default: 'text' },
  region: { type: 'string', default: 'us-east-1' },
  timeout: { type: 'string', default: '10' },
  'allow-aws': { type: 'boolean', default: false },
  help: { type: 'boolean', short: 'h', default: false },
} as const;

function endpointOf(url: string | undefined, allowAws: boolean): string {
  if (url === undefined) throw new UsageError('--endpoint is required.');
  if (!URL.canParse(url) || !/^https?:$/.test(new URL(url).protocol)) {
    throw new UsageError(`--endpoint must be a URL that begins with http:// or https://, not ${url}`);
  }
  if (isAwsUrl(url) && !allowAws) {
    throw new UsageError(
      `${url} is AWS: the cases create and delete REST APIs there. Add --allow-aws if that is what you want.`,
    );
  }
  return url;
}

function choose(all: readonly Case[], names: readonly string[]): readonly Case[] {
  const unknown = names.filter((name) => !all.some(({ id }) => id === name));
  if (unknown.length > 0) throw new UsageError(`Unknown case: ${unknown.join(', ')}. --list prints them.`);
  return names.length === 0 ? all : all.filter(({ id }) => names.includes(id));
}

/** Returns the exit code. */
async function run(args: readonly string[], print: (text: string) => void): Promise<number> {
  const values = parseFlags(args, flags);
  const all = readCases();
  if (values.help) print(help);
  else if (values.list) print(`${all.map(({ id }) => id).join('\n')}\n`);
  if (values.help || values.list) return 0;
  if (!['text', 'json'].includes(values.format)) throw new UsageError('--format must be text or json.');
  const timeoutMs = Number(values.timeout) * 1000;
  if (!(timeoutMs > 0)) throw new UsageError('--timeout must be a number of seconds.');
  const url = endpointOf(values.endpoint, values['allow-aws']);
  const cases = choose(all, values.case ?? []);
  const { region, 'allow-aws': usesAws } = values;
  const credentials = usesAws ? undefined : { accessKeyId: 'any', secretAccessKey: 'any' };
  const send = connect({ url, region, credentials, timeoutMs });
  await send('get_rest_apis', {}).catch((error: unknown) => {
    throw new UsageError(`${url} does not answer GetRestApis: ${reasonOf(error)}`);
  });
  const isText = values.format === 'text';
  const results: CaseResult[] = [];
  for (const each of cases) {
    const result = await replay(send, each);
    results.push(result);
    if (isText) print(`${caseText(result)}\n`);
    for (const { restApiId, reason } of result.leftBehind) {
      process.stderr.write(`The REST API ${restApiId} could not be deleted: ${reason}\n`);
    }
  }
  const score = scoreOf(results);
  print(
    isText ? `${scoreText(results)}\n` : `${JSON.stringify({ endpoint: url, ...score, cases: results })}\n`,
  );
  return score.passed === score.steps ? 0 : 1;
}

export async function main(args: readonly string[]): Promise<void> {
  try {
    process.exitCode = await run(args, (text) => void process.stdout.write(text));
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    process.stderr.write(`${error.message}\nSee --help.\n`);
    process.exitCode = 2;
  }
}
