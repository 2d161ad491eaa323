import { help, readCommandLine } from './command-line.ts';
import { errorCode, errorMessage } from './errors/system-error.ts';
import { startEmbeddedStageApi, type EmbeddedStageApiOptions } from './start.ts';
import { sampleData } from './state/sample-data.ts';

const say = (text: string) => process.stdout.write(`${text}\n`);
const complain = (text: string) => process.stderr.write(`${text}\n`);
const advice = (error: unknown) =>
  errorCode(error) === 'EADDRINUSE'
    ? '. Stop what listens there, or choose another port with --port (0: any that is free).'
    : '';

async function serve(options: EmbeddedStageApiOptions) {
  const api = await startEmbeddedStageApi({
    ...options,
    onProblem: (problem) => complain(`problem: ${errorMessage(problem)}`),
  });
  say(`The embedded Stage API listens on ${api.url}`);
  if (options.dataFile !== undefined) say(`It keeps its state in ${options.dataFile}`);
  const region = options.region ?? 'us-east-1';
  say('Any access key will do; try');
  say('  export AWS_ACCESS_KEY_ID=any AWS_SECRET_ACCESS_KEY=any');
  say(`  aws apigateway get-rest-apis --region ${region} --endpoint-url ${api.url}`);
  const stop = () => {
    api.close().catch((error: unknown) => {
      complain(errorMessage(error));
      process.exitCode = 1;
    });
  };
  process.once('SIGTERM', stop);
  process.once('SIGINT', stop);
}

/** The program: its arguments, and the environment for what they leave out. */
export async function main(
  args: readonly string[],
  environment: Readonly<Record<string, string | undefined>>,
): Promise<void> {
  const command = readCommandLine(args, environment);
  switch (command.kind) {
    case 'help':
      process.stdout.write(help);
      break;
    case 'sample':
      say(JSON.stringify(sampleData, undefined, 2));
      break;
    case 'mistakes':
      complain([...command.mistakes, 'See --help.'].join('\n'));
      process.exitCode = 1;
      break;
    case 'serve':
      await serve(command.options).catch((error: unknown) => {
        complain(`${errorMessage(error)}${advice(error)}`);
        process.exitCode = 1;
      });
  }
}
