import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { parse, stringify } from 'yaml';
import { readVersion } from '../../src/app/version.ts';
import { closeAfterwards } from '../support/closing.ts';
import {
  documentsOf,
  kubernetes,
  type Kustomization,
  type Manifest,
  problemsOf,
  readKustomization,
} from '../support/manifests.ts';

interface Deployment extends Manifest {
  readonly spec: {
    readonly template: {
      readonly spec: {
        readonly securityContext: object;
        readonly containers: readonly {
          readonly image: string;
          readonly envFrom: readonly { readonly configMapRef?: { readonly name: string } }[];
          readonly securityContext: object;
        }[];
        readonly volumes?: readonly {
          readonly configMap?: { readonly name: string };
          readonly persistentVolumeClaim?: { readonly claimName: string };
        }[];
      };
    };
  };
}

/** What kubectl makes of a folder. Throws where it fails, or is not installed. */
function render(folder: string, root = kubernetes): Manifest[] {
  const { status, error, stdout, stderr } = spawnSync('kubectl', ['kustomize', join(root, folder)], {
    encoding: 'utf8',
  });
  if (error !== undefined) throw new Error('kubectl is not installed: apt-get install kubernetes-client');
  if (status !== 0) throw new Error(`kubectl kustomize fails:\n${stderr}`);
  return documentsOf(stdout);
}

const named = ({ kind, metadata }: Manifest): string =>
  `${kind} ${metadata.name.replace(/-[a-z0-9]{10}$/, '')}`;

const base = [
  'ConfigMap stagegraph',
  'Deployment stagegraph',
  'Namespace stagegraph',
  'NetworkPolicy stagegraph',
  'Service stagegraph',
  'ServiceAccount stagegraph',
];
const installations = ['one-account', 'fleet'];
const monitoring = ['PrometheusRule stagegraph', 'ServiceMonitor stagegraph'];
const oneAccount = ['PersistentVolumeClaim stagegraph'];
const fleet = ['HorizontalPodAutoscaler stagegraph', 'PodDisruptionBudget stagegraph'];
const targets = ['ConfigMap stagegraph-targets'];

describe.each([
  ['base', base],
  ['overlays/one-account', [...base, ...oneAccount]],
  ['overlays/fleet', [...base, ...fleet]],
  ['yours/one-account', [...base, ...oneAccount, ...monitoring]],
  ['yours/fleet', [...base, ...fleet, ...targets, ...monitoring]],
])('%s', (folder, expected) => {
  const manifests = render(folder);

  test('has these resources, and Kubernetes takes each of them', async () => {
    expect(manifests.map(named).sort()).toEqual([...expected].sort());
    for (const manifest of manifests)
      expect([named(manifest), await problemsOf(manifest)]).toEqual([named(manifest), []]);
  });

  const deployment = manifests.find(({ kind }) => kind === 'Deployment') as Deployment;
  const { securityContext, containers, volumes = [] } = deployment.spec.template.spec;

  test('runs one container, without rights and without a file system that it can change', () => {
    expect(securityContext).toMatchObject({
      runAsNonRoot: true,
      runAsUser: 1000,
      seccompProfile: { type: 'RuntimeDefault' },
    });
    expect(containers).toMatchObject([
      {
        securityContext: {
          allowPrivilegeEscalation: false,
          readOnlyRootFilesystem: true,
          capabilities: { drop: ['ALL'] },
        },
      },
    ]);
  });

  test('refers to ConfigMaps and claims that are there', () => {
    const references = [
      ...containers.flatMap(({ envFrom }) => envFrom.map(({ configMapRef }) => configMapRef?.name)),
      ...volumes.map(
        ({ configMap, persistentVolumeClaim }) => configMap?.name ?? persistentVolumeClaim?.claimName,
      ),
    ].filter((name) => name !== undefined);
    const names = manifests.map(({ metadata }) => metadata.name);
    expect(references.length).toBeGreaterThan(0);
    // The file of targets is yours.
    const missing = folder === 'overlays/fleet' ? ['stagegraph-targets'] : [];
    expect(references.filter((name) => !names.includes(name))).toEqual(missing);
  });

  const isYours = folder.startsWith('yours/');
  const release = isYours ? `ghcr.io/example/stagegraph:${readVersion()}` : 'stagegraph';
  test(`runs the image ${release}`, () => {
    expect(containers.map(({ image }) => image)).toEqual([release]);
  });

  test('has the role of IRSA where it is yours', () => {
    const account = manifests.find(({ kind }) => kind === 'ServiceAccount');
    expect(JSON.stringify(account?.metadata).includes('eks.amazonaws.com/role-arn')).toBe(isYours);
  });

  test('has a configuration with every variable of its folders', () => {
    const configMap = manifests.find((manifest) => named(manifest) === 'ConfigMap stagegraph');
    const { data } = configMap as unknown as { readonly data: Readonly<Record<string, string>> };
    const name = folder.replace(/.*\//, '');
    const literals = (isYours ? ['base', `overlays/${name}`, folder] : ['base', folder]).flatMap(
      (each) =>
        readKustomization(each).configMapGenerator?.flatMap(({ literals: these = [] }) => these) ?? [],
    );
    expect(data).toEqual(Object.fromEntries(literals.map((literal) => literal.split(/=(.*)/s).slice(0, 2))));
  });
});

describe('the files that deploy/kubernetes/README.md shows', () => {
  const page = readFileSync(join(kubernetes, 'README.md'), 'utf8');
  const blocks = (kind: string): string[] =>
    [...page.matchAll(new RegExp(`\`\`\`yaml ${kind}\\n([^]*?)\`\`\``, 'g'))].map(([, block = '']) => block);
  const [volume = '', monitors = '', ...otherPatches] = blocks('patch');
  const [certificate = '', ...otherCertificates] = blocks('certificate');

  /** A copy of the manifests, in which the folder of an installation has been changed as the page says. */
  function renderChanged(
    folder: string,
    files: Readonly<Record<string, string>>,
    change: (own: Kustomization) => Kustomization,
  ): Manifest[] {
    const copy = mkdtempSync(join(tmpdir(), 'rendered-'));
    closeAfterwards(() => rmSync(copy, { recursive: true, force: true }));
    cpSync(kubernetes, copy, { recursive: true });
    for (const [name, text] of Object.entries(files)) writeFileSync(join(copy, folder, name), text);
    writeFileSync(join(copy, folder, 'kustomization.yaml'), stringify(change(readKustomization(folder))));
    return render(folder, copy);
  }
  const withPatch =
    (file: string) =>
    ({ patchesStrategicMerge = [], ...others }: Kustomization): Kustomization => ({
      ...others,
      patchesStrategicMerge: [...patchesStrategicMerge, file],
    });

  test('are three', () => {
    expect([volume, monitors, certificate]).not.toContain('');
    expect([...otherPatches, ...otherCertificates]).toEqual([]);
  });

  test('name the StorageClass of the volume', async () => {
    const manifests = renderChanged('yours/one-account', { 'volume.yaml': volume }, withPatch('volume.yaml'));
    const claims = manifests.filter(({ kind }) => kind === 'PersistentVolumeClaim');
    expect(claims).toMatchObject([{ spec: { storageClassName: 'gp3', accessModes: ['ReadWriteOnce'] } }]);
    for (const claim of claims) expect(await problemsOf(claim)).toEqual([]);
  });

  test.each(installations)('give the monitors of yours/%s the label of their Prometheus', async (name) => {
    const manifests = renderChanged(
      `yours/${name}`,
      { 'monitors.yaml': monitors },
      withPatch('monitors.yaml'),
    );
    const labelled = manifests.filter(({ kind }) => ['PrometheusRule', 'ServiceMonitor'].includes(kind));
    expect(labelled.map(named).sort()).toEqual(monitoring);
    for (const monitor of labelled) {
      expect(monitor).toMatchObject({
        metadata: { labels: { 'app.kubernetes.io/name': 'stagegraph', release: 'kube-prometheus-stack' } },
      });
      expect(await problemsOf(monitor)).toEqual([]);
    }
    expect(labelled).toMatchObject([{ spec: expect.anything() }, { spec: expect.anything() }]);
  });

  test('bring a certificate to the processes of a fleet', () => {
    const added = (parse(certificate) as Kustomization).configMapGenerator ?? [];
    const manifests = renderChanged('yours/fleet', { 'rds.pem': 'a certificate' }, (own) => ({
      ...own,
      configMapGenerator: (own.configMapGenerator ?? []).map((generator) => {
        const { literals = [], files = [] } = added.find(({ name }) => name === generator.name) ?? {};
        return {
          ...generator,
          literals: [...(generator.literals ?? []), ...literals],
          files: [...(generator.files ?? []), ...files],
        };
      }),
    }));
    const dataOf = (name: string) =>
      (manifests.find((each) => named(each) === `ConfigMap ${name}`) as { data?: object } | undefined)?.data;
    const path = '/etc/stagegraph/rds.pem';
    expect(dataOf('stagegraph')).toMatchObject({ NODE_EXTRA_CA_CERTS: path });
    expect(Object.keys(dataOf('stagegraph-targets') ?? {}).sort()).toEqual(['rds.pem', 'targets.yaml']);
    const deployment = manifests.find(({ kind }) => kind === 'Deployment');
    expect(deployment).toMatchObject({
      spec: { template: { spec: { containers: [{ volumeMounts: [{ mountPath: '/etc/stagegraph' }] }] } } },
    });
  });
});
