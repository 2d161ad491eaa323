/**
 * Writes into package-lock.json the optional packages that npm left out because the registry in use does not carry
 * them: binaries for platforms other than this one. Without them `npm ci` refuses the lock (npm 11), and on those
 * platforms nothing would be installed. Run it after every change of dependencies: `node .ci/complete-lock.js`,
 * with the path of another lock for that one.
 */
import { readFileSync, writeFileSync } from 'node:fs';

const path = process.argv[2] ?? new URL('../package-lock.json', import.meta.url);
const lock = JSON.parse(readFileSync(path, 'utf8'));
const { packages } = lock;

const systems = [
  'darwin',
  'linux',
  'win32',
  'android',
  'freebsd',
  'openharmony',
  'sunos',
  'aix',
  'netbsd',
  'openbsd',
];
const processors = [
  'arm64',
  'x64',
  'ia32',
  'arm',
  'ppc64',
  's390x',
  'riscv64',
  'loong64',
  'wasm32',
  'mips64el',
];

/** The platform that such a package is for, by its name: `@swc/core-linux-arm-gnueabihf`. */
function platformOf(name) {
  const words = name.split(/[-/]/);
  const os = systems.find((system) => words.includes(system));
  const cpu = processors.find((processor) => words.includes(processor));
  return { ...(cpu && { cpu: [cpu] }), ...(os && { os: [os] }) };
}

for (const { optionalDependencies = {}, dev } of Object.values({ ...packages })) {
  for (const [name, version] of Object.entries(optionalDependencies)) {
    const key = `node_modules/${name}`;
    // A range says no version to write down; such packages are on every registry.
    if (packages[key] !== undefined || !/^\d/.test(version)) continue;
    packages[key] = { version, ...platformOf(name), ...(dev && { dev }), optional: true };
    process.stdout.write(`added ${name}@${version}\n`);
  }
}

lock.packages = Object.fromEntries(
  Object.entries(packages).sort(([a], [b]) =>
    a === b ? 0 : a === '' ? -1 : b === '' ? 1 : a.localeCompare(b, 'en'),
  ),
);
writeFileSync(path, `${JSON.stringify(lock, null, 2)}\n`);
