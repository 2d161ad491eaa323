#!/usr/bin/env node
import { readCommandLine, usage } from './command-line.ts';
import { ConfigError, readConfig } from './config.ts';
import { configurationHelp, configurationInEffect } from './variable-docs.ts';
import { readVersion } from './version.ts';

const say = (text: string): void => void process.stdout.write(`${text}\n`);

/** Each command loads what it needs and nothing else. */
async function main(): Promise<void> {
  const command = readCommandLine(process.argv.slice(2));
  switch (command.kind) {
    case 'help':
      say(`${usage}\n${configurationHelp()}`);
      break;
    case 'version':
      say(readVersion());
      break;
    case 'print-config':
      // A wrong one is not shown, but complained of.
      readConfig(process.env);
      say(configurationInEffect(process.env));
      break;
    case 'schema': {
      const { printSchema, printSchemaWithScopes } = await import('./schema.ts');
      process.stdout.write(command.auth ? printSchemaWithScopes() : printSchema());
      break;
    }
    case 'stage-api': {
      const { main: stageApi } = await import('./embedded/program.ts');
      return stageApi(command.args, process.env);
    }
    case 'serve': {
      const config = readConfig(process.env);
      const { serve } = await import('./serve.ts');
      return serve(config);
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
