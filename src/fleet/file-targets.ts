import type { TargetsFile } from '../config/targets-file.ts';
import { createConnections, type Connections } from './connections.ts';
import { createEntryFactory, type EntryOptions, type FileEntry, settingsText } from './file-entries.ts';
import type { Fleet, Targets } from './fleet.ts';
import { type Target, targetId } from './target.ts';

export interface FileTargetsOptions extends Omit<EntryOptions, 'startEmbedded'> {
  /** Starts an embedded Stage API for one target. */
  readonly startEmbedded: () => Promise<{ readonly url: string; readonly close: () => Promise<void> }>;
}

export interface FileTargets extends Fleet {
  /** Takes the file's new content. Requests that have begun keep the targets that they began with. */
  readonly replace: (file: TargetsFile) => void;
}

type Entries = ReadonlyMap<string, FileEntry>;

function targetsOf(entries: Entries, { budgetOf }: Connections): Targets {
  const entryAt = (target: Target): FileEntry => {
    const entry = entries.get(targetId(target));
    if (entry === undefined) throw new Error(`${targetId(target)} is not a target`);
    return entry;
  };
  const all = [...entries.values()].map(({ target }) => target);
  const home = all.find((target) => target.home);
  if (home === undefined) throw new Error('no target is home');
  return {
    home,
    all,
    connect: (target) => entryAt(target).connect(),
    budget: (target) => budgetOf(entryAt(target).limiter),
  };
}

/** All targets of a file. */
export async function createFileTargets(
  options: FileTargetsOptions,
  file: TargetsFile,
): Promise<FileTargets> {
  const connections = await createConnections(options);
  const closers: (() => Promise<void>)[] = [];
  async function startEmbedded(): Promise<string> {
    const { url, close } = await options.startEmbedded();
    closers.push(close);
    return url;
  }
  const entryOf = createEntryFactory({ ...options, startEmbedded }, connections);

  /** Entries whose settings are the same stay connected. */
  function entriesOf({ quota, targets: all }: TargetsFile, before: Entries): Entries {
    const kept = new Map([...before.values()].map((entry) => [entry.settings, entry]));
    return new Map(
      all
        .map((settings) => kept.get(settingsText(settings, quota)) ?? entryOf(settings, quota))
        .map((entry) => [targetId(entry.target), entry]),
    );
  }
  let entries = entriesOf(file, new Map());
  let targets = targetsOf(entries, connections);
  let generation = 0;
  const upstreams = () => [...entries.values()].flatMap((entry) => entry.connected()?.upstream ?? []);

  return {
    ttlMs: options.ttlMs,
    targets: () => targets,
    aliasOf: (account) => targets.all.find((target) => target.account === account)?.alias,
    generation: () => generation,
    checks: connections.checks,
    async failingTargets() {
      const checks = await Promise.allSettled(upstreams().map(({ checkCredentials }) => checkCredentials()));
      return checks.filter(({ status }) => status === 'rejected').length;
    },
    limiters: connections.limiters,
    sharing: connections.sharing,
    replace(content) {
      const before = entries;
      entries = entriesOf(content, before);
      targets = targetsOf(entries, connections);
      generation += 1;
      const kept = new Set(entries.values());
      for (const entry of before.values()) {
        if (!kept.has(entry)) connections.closeLater(() => entry.connected()?.upstream.close());
      }
      connections.keepLimiters(new Set([...kept].map(({ limiter }) => limiter.name)));
    },
    async close() {
      for (const { close } of upstreams()) close();
      await connections.close();
      for (const close of closers) await close();
    },
  };
}
