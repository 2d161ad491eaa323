#!/usr/bin/env node
import './cli/check-node.js';
import { catchSignals } from './app/shutdown.ts';
import { readCommandLine, usage } from './cli/command-line.ts';
import { ConfigError } from './config/config-error.ts';

const print = (text: string): void => void process.stdout.write(`${text}\n`);

/** A reader may close the pipe early, as `head` does. */
const ignoreClosedPipe = (): void =>
  void process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
  });

/** Each command loads only the modules that it needs. */
async function main(): Promise<void> {
  const command = readCommandLine(process.argv.slice(2));
  if (command.kind === 'serve') {
    // Standard output and its errors are handled in app/stdout.ts.
    const onSignal = catchSignals();
    const { readStartConfig } = await import('./config/config.ts');
    const { misspeltVariables } = await import('./config/unknown-variables.ts');
    const config = await readStartConfig(process.env);
    const warnings = misspeltVariables(process.env);
    // The SDK's warning about old versions of Node would come first, in eight lines. check-node.js has checked it.
    process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= 'true';
    const { serve } = await import('./app/serve.ts');
    return serve(config, warnings, onSignal);
  }
  ignoreClosedPipe();
  switch (command.kind) {
    case 'help': {
      const { configurationHelp } = await import('./config/variable-docs.ts');
      print(`${usage}\n${configurationHelp()}`);
      break;
    }
    case 'version':
      print((await import('./app/version.ts')).readVersion());
      break;
    case 'print-config': {
      const { readStartConfig } = await import('./config/config.ts');
      const { configurationInEffect } = await import('./config/variable-docs.ts');
      const { misspeltVariables } = await import('./config/unknown-variables.ts');
      // Throws for an invalid configuration.
      await readStartConfig(process.env);
      print(configurationInEffect(process.env));
      for (const warning of misspeltVariables(process.env)) process.stderr.write(`${warning}\n`);
      break;
    }
    case 'schema': {
      const { printSchema, printSchemaForClients } = await import('./graphql/schema/schema.ts');
      process.stdout.write(command.client ? printSchemaForClients() : printSchema(command));
      break;
    }
    case 'stage-api': {
      const { main: stageApi } = await import('./embedded/program.ts');
      return stageApi(command.args, process.env);
    }
    case 'conformance': {
      process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= 'true';
      const { main: conformance } = await import('./conformance/program.ts');
      return conformance(command.args);
    }
    case 'export':
    case 'plan':
    case 'apply': {
      const { main: stageFiles } = await import('./stage-files/program.ts');
      return stageFiles(command.kind, command.args, process.env);
    }
    case 'policies': {
      (await import('./policy-tests/program.ts')).main(command.args, process.env);
      return;
    }
    case 'usage-error':
      process.stderr.write(`${command.message}\nSee --help.\n`);
      process.exitCode = 1;
  }
}

try {
  await main();
} catch (error) {
  const text = error instanceof ConfigError ? `stagegraph cannot start:\n${error.message}` : error;
  process.stderr.write(`${text instanceof Error ? (text.stack ?? text.message) : String(text)}\n`);
  process.exit(1);
}
