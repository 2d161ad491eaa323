import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { readVersion } from '../../src/app/version.ts';
import {
  documentsOf,
  kubernetes,
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
function render(folder: string): Manifest[] {
  const { status, error, stdout, stderr } = spawnSync('kubectl', ['kustomize', join(kubernetes, folder)], {
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
