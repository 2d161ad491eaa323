#!/usr/bin/env node
import './cli/check-node.js';
import { catchSignals } from './app/shutdown.ts';
import { readCommandLine, usage } from './cli/command-line.ts';
import { ConfigError } from './config/config-error.ts';

const say = (text: string): void => void process.stdout.write(`${text}\n`);

/** Whoever has read enough, as `head` has, is no reason to complain. */
const mayBeCutOff = (): void =>
  void process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
  });

/** Each command loads what it needs and nothing else. */
async function main(): Promise<void> {
  const command = readCommandLine(process.argv.slice(2));
  if (command.kind === 'serve') {
    // It writes to standard output in its own way.
    const onSignal = catchSignals();
    const { readConfig } = await import('./config/config.ts');
    const { misspeltVariables } = await import('./config/unknown-variables.ts');
    const config = readConfig(process.env);
    const warnings = misspeltVariables(process.env);
    // Eight lines before our first one. The README says which versions of Node are wanted.
    process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= 'true';
    const { serve } = await import('./app/serve.ts');
    return serve(config, warnings, onSignal);
  }
  mayBeCutOff();
  switch (command.kind) {
    case 'help': {
      const { configurationHelp } = await import('./config/variable-docs.ts');
      say(`${usage}\n${configurationHelp()}`);
      break;
    }
    case 'version': {
      const { readVersion } = await import('./app/version.ts');
      say(readVersion());
      break;
    }
    case 'print-config': {
      const { readConfig } = await import('./config/config.ts');
      const { configurationInEffect } = await import('./config/variable-docs.ts');
      const { misspeltVariables } = await import('./config/unknown-variables.ts');
      // A wrong one is not shown, but complained of.
      readConfig(process.env);
      say(configurationInEffect(process.env));
      for (const warning of misspeltVariables(process.env)) process.stderr.write(`${warning}\n`);
      break;
    }
    case 'schema': {
      const { printSchema, printSchemaWithScopes } = await import('./graphql/schema/schema.ts');
      process.stdout.write(command.auth ? printSchemaWithScopes() : printSchema());
      break;
    }
    case 'stage-api': {
      const { main: stageApi } = await import('./embedded/program.ts');
      return stageApi(command.args, process.env);
    }
    case 'mistake':
      process.stderr.write(`${command.mistake}\nSee --help.\n`);
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
