import { help, readCommandLine } from './command-line.ts';
import { errorCode, errorMessage } from './errors/system-error.ts';
import { startEmbeddedStageApi, type EmbeddedStageApiOptions } from './start.ts';
import { sampleData } from './state/sample-data.ts';

const print = (text: string) => process.stdout.write(`${text}\n`);
const printError = (text: string) => process.stderr.write(`${text}\n`);
const advice = (error: unknown) =>
  errorCode(error) === 'EADDRINUSE'
    ? '. Stop the process that uses the port, or choose another port with --port (0: any free port).'
    : '';

async function serve(options: EmbeddedStageApiOptions) {
  const api = await startEmbeddedStageApi({
    ...options,
    onProblem: (problem) => printError(`error: ${errorMessage(problem)}`),
  });
  print(`The embedded Stage API listens on ${api.url}`);
  if (options.dataFile !== undefined) print(`The state is kept in ${options.dataFile}`);
  const region = options.region ?? 'us-east-1';
  print('Any access key is accepted. Try:');
  print('  export AWS_ACCESS_KEY_ID=any AWS_SECRET_ACCESS_KEY=any');
  print(`  aws apigateway get-rest-apis --region ${region} --endpoint-url ${api.url}`);
  const stop = () => {
    api.close().catch((error: unknown) => {
      printError(errorMessage(error));
      process.exitCode = 1;
    });
  };
  process.once('SIGTERM', stop);
  process.once('SIGINT', stop);
}

/** Options on the command line take precedence over environment variables. */
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
      print(JSON.stringify(sampleData, undefined, 2));
      break;
    case 'mistakes':
      printError([...command.mistakes, 'See --help.'].join('\n'));
      process.exitCode = 1;
      break;
    case 'serve':
      await serve(command.options).catch((error: unknown) => {
        printError(`${errorMessage(error)}${advice(error)}`);
        process.exitCode = 1;
      });
  }
}
