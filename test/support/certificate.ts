import { spawnSync } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { closeAfterwards } from './closing.ts';

/** A certificate that vouches for itself, in files. */
export interface Certificate {
  readonly certificate: string;
  readonly key: string;
}

/** Makes one for a host, e.g. `IP:127.0.0.1`, with Debian's openssl. */
export function makeCertificate(host: string): Certificate {
  const folder = mkdtempSync(join(tmpdir(), 'certificate-'));
  const [certificate, key] = [join(folder, 'certificate.pem'), join(folder, 'key.pem')];
  const kind = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2'];
  const names = ['-subj', '/CN=redis', '-addext', `subjectAltName=${host}`];
  const args = ['req', '-x509', ...kind, ...names, '-keyout', key, '-out', certificate];
  const { status, stderr } = spawnSync('openssl', args, { encoding: 'utf8' });
  if (status !== 0) throw new Error(`openssl is needed: apt-get install openssl\n${stderr}`);
  closeAfterwards(() => rm(folder, { recursive: true, force: true }));
  return { certificate, key };
}
