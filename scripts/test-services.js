/**
 * `npm run test:services`: the tests that need more than Node. It says first, all at once, what is missing. What follows
 * `--` goes to Jest, and then the flows of the embedded Stage API's clients are left out.
 */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';

const root = new URL('..', import.meta.url);
const chromium = process.env.CHROMIUM_PATH ?? '/usr/bin/chromium';
const runs = (program, ...args) => spawnSync(program, args, { cwd: root, stdio: 'ignore' }).status === 0;
/** Debian has the server's programs outside of PATH. */
const hasPostgres = () => existsSync('/usr/lib/postgresql') || runs('postgres', '--version');
const installed = (folder) => existsSync(new URL(`${folder}/node_modules`, root));

/** What is needed, by which folder of tests, whether it is there, and how it is installed (on Debian). */
const needs = [
  ['Redis 7 or newer', 'test/redis', runs('redis-server', '--version'), 'apt-get install redis-server'],
  ['OpenSSL', 'test/redis', runs('openssl', 'version'), 'apt-get install openssl'],
  ['PostgreSQL 15 or newer', 'test/postgres', hasPostgres(), 'apt-get install postgresql'],
  [
    'Chromium',
    'test/browser',
    existsSync(chromium),
    'apt-get install chromium, or say in CHROMIUM_PATH where yours is',
  ],
  ['the packages of explorer/', 'test/browser', installed('explorer'), 'npm run packages:install'],
  ['the packages of console/', 'test/browser', installed('console'), 'npm run packages:install'],
  ['kubectl', 'test/kubernetes', runs('kubectl', 'version', '--client'), 'apt-get install kubernetes-client'],
  [
    'the packages of examples/frontend/',
    'test/frontend',
    installed('examples/frontend'),
    'npm run packages:install',
  ],
  ['the packages of test/gateways/', 'test/gateways', installed('test/gateways'), 'npm run packages:install'],
  ['promtool', 'test/alerts', runs('promtool', '--version'), 'apt-get install prometheus'],
  ['the AWS CLI', 'test/embedded', runs('aws', '--version'), 'apt-get install awscli'],
];

/** Clients of the embedded Stage API: not every machine can install them, so their flows are skipped where they are missing. */
const optionalClients = [
  {
    name: 'boto3',
    isThere: () => runs('python3', '-c', 'import boto3'),
    install: 'apt-get install python3-boto3, or pip install boto3',
    flow: ['--empty', '--', 'python3', 'test/embedded/boto3_flow.py'],
  },
  {
    name: 'Terraform with its AWS provider',
    isThere: () => runs('bash', 'test/embedded/terraform.sh', '--check'),
    install:
      "HashiCorp's package terraform; TERRAFORM_PLUGIN_DIR is the provider's folder where no registry is",
    flow: ['--empty', '--', 'bash', 'test/embedded/terraform.sh'],
  },
];

const given = process.argv.slice(2);
const isAsked = (folder) => given.length === 0 || given.some((argument) => argument.includes(folder));
const missing = needs.filter(([, folder, isThere]) => isAsked(folder) && !isThere);
if (missing.length > 0) {
  const lines = missing.map(([name, , , install]) => `  ${name}: ${install}\n`);
  process.stderr.write(`These tests need what is not here:\n${lines.join('')}`);
  process.exit(1);
}

function run(program, ...args) {
  const { status } = spawnSync(program, args, { cwd: root, stdio: 'inherit' });
  if (status !== 0) process.exit(status ?? 1);
}

const jest = [
  '--experimental-vm-modules',
  '--disable-warning=ExperimentalWarning',
  'node_modules/jest/bin/jest.js',
];
if (isAsked('test/browser')) run('npm', 'run', '--silent', '--prefix', 'console', 'codegen');
run(process.execPath, ...jest, '--config', 'test/services.config.js', ...given);
if (given.length === 0) {
  run('npm', 'run', 'build');
  const runClient = (...flow) => run('bash', 'test/embedded/with-stage-api.sh', ...flow);
  runClient('--', 'bash', 'test/embedded/aws-cli.sh');
  const skipped = [];
  for (const client of optionalClients) {
    if (client.isThere()) runClient(...client.flow);
    else skipped.push(client);
  }
  for (const { name, install, flow } of skipped)
    process.stderr.write(`SKIPPED: ${name} is missing (${install}), so ${flow.at(-1)} was not run\n`);
}
