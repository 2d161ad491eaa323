// Plain JavaScript that old versions of Node can run, before they fail on newer syntax.
import { readFileSync } from 'fs';

const { engines } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'));
const [major, minor] = engines.node.match(/\d+/g).map(Number);
const [ownMajor, ownMinor] = process.versions.node.split('.').map(Number);
if (ownMajor < major || (ownMajor === major && ownMinor < minor)) {
  process.stderr.write(
    `stagegraph needs Node ${major}.${minor} or newer; this is Node ${process.versions.node}.\n`,
  );
  process.exit(1);
}
