import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse, parseAllDocuments } from 'yaml';

/** A manifest of Kubernetes. */
export interface Manifest {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string };
}

/** Of a folder of kustomize, what tests look at. */
export interface Kustomization {
  readonly bases?: readonly string[];
  readonly resources?: readonly string[];
  readonly patchesStrategicMerge?: readonly string[];
  readonly images?: readonly { readonly newTag: string }[];
  readonly configMapGenerator?: readonly {
    readonly name: string;
    readonly literals?: readonly string[];
    readonly files?: readonly string[];
  }[];
}

export const kubernetes = join(import.meta.dirname, '../../deploy/kubernetes');
const textOf = (path: string): string => readFileSync(join(kubernetes, path), 'utf8');

/** The documents of a text in YAML. */
export const documentsOf = (text: string): Manifest[] =>
  parseAllDocuments(text).map((document) => document.toJS() as Manifest);

export const readManifest = <Kind extends Manifest>(path: string): Kind => parse(textOf(path)) as Kind;
export const readKustomization = (folder: string): Kustomization =>
  parse(textOf(`${folder}/kustomization.yaml`)) as Kustomization;

/** The path of a member, as a JSON pointer: names of labels have slashes. */
const memberPath = (path: string, name: string): string => `${path}/${name.replaceAll('/', '~1')}`;

/** The same value; the path of every member that is read of it, at any depth, is added to a set. */
function watched<Value>(value: Value, read: Set<string>, path = ''): Value {
  if (typeof value !== 'object' || value === null) return value;
  return new Proxy(value, {
    get(target, name, receiver) {
      const at = memberPath(path, String(name));
      read.add(at);
      return watched(Reflect.get(target, name, receiver) as unknown, read, at);
    },
  });
}

/** The members of a value that were not read; the whole of each, not its parts. */
function unreadMembers(value: unknown, read: ReadonlySet<string>, path = ''): string[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, member]) => {
    const at = memberPath(path, name);
    return read.has(at) ? unreadMembers(member, read, at) : [at];
  });
}

interface Model {
  validate(): void;
}
type ModelModule = Record<string, new (manifest: Manifest) => Model>;

/**
 * What is wrong with a manifest by the schemas of Kubernetes and of the Prometheus operator. These allow members that
 * they do not know; but a member that the validator never reads is one that it does not know.
 */
export async function problemsOf(manifest: Manifest): Promise<string[]> {
  const { apiVersion, kind } = manifest;
  const library = apiVersion.startsWith('monitoring.coreos.com/')
    ? '@kubernetes-models/prometheus-operator'
    : 'kubernetes-models';
  const { [kind]: Kind } = (await import(`${library}/${apiVersion}/${kind}`)) as ModelModule;
  if (Kind === undefined) return [`there is no ${apiVersion} ${kind}`];
  const model = new Kind(manifest);
  const read = new Set<string>();
  try {
    model.validate.call(watched(model, read));
  } catch (error) {
    return [String(error)];
  }
  return unreadMembers(manifest, read).map((path) => `${path} is unknown`);
}
