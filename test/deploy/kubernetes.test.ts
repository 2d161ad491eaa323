import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { readStartConfig, type StartConfig } from '../../src/config/config.ts';
import { readByOthers, variables } from '../../src/config/variables.ts';
import {
  documentsOf,
  kubernetes,
  type Manifest,
  problemsOf,
  readKustomization,
  readManifest,
} from '../support/manifests.ts';
import { providerSettings } from '../support/provider-settings.ts';
import { run } from '../support/run.ts';

interface Container {
  readonly ports: readonly { readonly name: string; readonly containerPort: number }[];
  readonly startupProbe: { readonly httpGet: { readonly path: string } };
  readonly livenessProbe: { readonly httpGet: { readonly path: string } };
  readonly readinessProbe: {
    readonly httpGet: { readonly path: string };
    readonly periodSeconds: number;
    readonly failureThreshold: number;
  };
}
interface Deployment extends Manifest {
  readonly spec: {
    readonly template: {
      readonly spec: {
        readonly terminationGracePeriodSeconds: number;
        readonly containers: readonly Container[];
      };
    };
  };
}

interface PodSpec {
  readonly serviceAccountName: string;
  readonly securityContext: object;
  readonly volumes: readonly object[];
  readonly containers: readonly [
    { readonly image: string; readonly securityContext: object; readonly volumeMounts: readonly object[] },
  ];
}

const installations = ['one-account', 'fleet'];
const folders = [
  ...['base', 'prometheus-operator'],
  ...installations.flatMap((name) => [`overlays/${name}`, `yours/${name}`]),
];

const deployment = readManifest<Deployment>('base/deployment.yaml');
const [container] = deployment.spec.template.spec.containers;

describe.each(folders)('%s', (folder) => {
  const {
    bases = [],
    resources = [],
    patchesStrategicMerge = [],
    configMapGenerator = [],
  } = readKustomization(folder);

  test('uses all of its files, and no other', () => {
    const used = [
      ...resources,
      ...patchesStrategicMerge,
      ...configMapGenerator.flatMap(({ files = [] }) => files),
    ];
    const there = readdirSync(join(kubernetes, folder)).filter((file) => file !== 'kustomization.yaml');
    expect(used.sort()).toEqual(there.sort());
    expect(bases.filter((base) => !existsSync(join(kubernetes, folder, base, 'kustomization.yaml')))).toEqual(
      [],
    );
  });
});

const manifests = folders.flatMap((folder) =>
  (readKustomization(folder).resources ?? []).map((file) => `${folder}/${file}`),
);
test.each([...manifests, 'restore.yaml'])(
  '%s is what Kubernetes takes, without a member that it does not know',
  async (file) => {
    const documents = documentsOf(readFileSync(join(kubernetes, file), 'utf8'));
    expect(documents).toHaveLength(1);
    for (const document of documents) expect(await problemsOf(document)).toEqual([]);
  },
);

test('a misspelt member is found, however deep', async () => {
  const [misspelt] = documentsOf(
    JSON.stringify(deployment).replace('"readOnlyRootFilesystem"', '"readOnlyRootFileSystem"'),
  );
  expect(misspelt === undefined ? [] : await problemsOf(misspelt)).toEqual([
    '/spec/template/spec/containers/0/securityContext/readOnlyRootFileSystem is unknown',
  ]);
});

describe.each(installations)('the configuration of yours/%s', (name) => {
  const literalsOf = (folder: string) =>
    readKustomization(folder).configMapGenerator?.flatMap(({ literals = [] }) => literals) ?? [];
  const configMap = Object.fromEntries(
    ['base', `overlays/${name}`, `yours/${name}`]
      .flatMap(literalsOf)
      .map((literal) => literal.split(/=(.*)/s).slice(0, 2)),
  ) as Record<string, string>;
  const mounted = configMap.TARGETS?.replace('/etc/stagegraph', join(kubernetes, 'yours', name));
  let start: StartConfig;
  beforeAll(async () => {
    start = await readStartConfig({
      ...configMap,
      NODE_ENV: 'production',
      HOST: '0.0.0.0',
      PORT: '4000',
      ...(mounted !== undefined && {
        TARGETS: mounted,
        REDIS_URL: 'rediss://redis',
        DATABASE_URL: 'postgres://db/stagegraph',
      }),
    });
  });

  test('has variables that exist', () => {
    const known = new Set([...Object.keys(variables.shape), ...Object.keys(readByOthers)]);
    expect(Object.keys(configMap).filter((name) => !known.has(name))).toEqual([]);
  });

  test('is one with which a gateway starts that checks tokens', () => {
    expect(start.config.auth).toMatchObject({ issuer: configMap.AUTH_ISSUER });
  });

  test('has the settings of docs/identity-providers.md for the provider that it names', () => {
    const provider = name === 'fleet' ? 'Microsoft Entra ID' : 'Amazon Cognito';
    const tokens = Object.entries(configMap).filter(([variable]) => variable.startsWith('AUTH_'));
    expect(Object.fromEntries(tokens)).toEqual(providerSettings(provider));
  });

  test('has the ports of the container', () => {
    expect(container?.ports).toEqual([
      { name: 'http', containerPort: start.config.port },
      { name: 'metrics', containerPort: start.config.metricsPort },
    ]);
  });

  test('stops within the grace period, after the readiness probe has noticed', () => {
    const { shutdownDelayMs, shutdownTimeoutMs } = start.config;
    const { periodSeconds = NaN, failureThreshold = NaN } = container?.readinessProbe ?? {};
    expect(periodSeconds * failureThreshold * 1000).toBeLessThan(shutdownDelayMs);
    expect(deployment.spec.template.spec.terminationGracePeriodSeconds * 1000).toBeGreaterThan(
      shutdownTimeoutMs,
    );
  });
});

test('a gateway answers at the paths of all probes', async () => {
  const fleet = readManifest<Deployment>('overlays/fleet/deployment.yaml').spec.template.spec.containers[0];
  const paths = [
    container?.startupProbe,
    container?.livenessProbe,
    container?.readinessProbe,
    fleet?.readinessProbe,
  ].map((probe) => probe?.httpGet.path ?? '');
  expect(paths).toEqual(['/healthz', '/healthz', '/readyz', '/readyz?without=redis']);
  const gateway = await run();
  const statuses = await Promise.all(
    paths.map(async (path) => (await fetch(new URL(path, gateway.url))).status),
  );
  expect(statuses).toEqual([200, 200, 200, 200]);
  await gateway.close();
});

test('the pod that restores a backup has the volume, the user and the rights of the gateway', () => {
  const { spec } = readManifest<Manifest & { readonly spec: PodSpec }>('restore.yaml');
  const gateway = deployment.spec.template.spec as unknown as PodSpec;
  const overlay = readManifest<Deployment>('overlays/one-account/deployment.yaml').spec.template
    .spec as unknown as PodSpec;
  expect(spec).toMatchObject({
    serviceAccountName: gateway.serviceAccountName,
    securityContext: gateway.securityContext,
    volumes: overlay.volumes,
    containers: [
      {
        image: gateway.containers[0].image,
        securityContext: gateway.containers[0].securityContext,
        volumeMounts: overlay.containers[0].volumeMounts,
      },
    ],
  });
});

test('the claim of the volume is large enough for what docs/database.md measured, and a backup of it', () => {
  const page = readFileSync(join(kubernetes, '../../docs/database.md'), 'utf8');
  const [, entries] = /500 000 entries .*?\| ([\d.]+) GB/.exec(page) ?? [];
  const claim = readManifest<Manifest & { spec: { resources: { requests: { storage: string } } } }>(
    'overlays/one-account/volume.yaml',
  );
  expect(Number(entries)).toBeGreaterThan(0);
  expect(parseInt(claim.spec.resources.requests.storage)).toBeGreaterThan(2 * Number(entries));
});
