import { isDeepStrictEqual } from 'node:util';
import type { Config, StartConfig } from '../../config/config.ts';
import type { Logger } from '../logger.ts';
import { reloadOnSighup } from './reload.ts';

/** The configuration as its secrets are now. Nothing else of it changes while the process runs. */
export interface Secrets {
  readonly current: () => Config;
  /** Calls the listener when the secrets have been replaced. */
  readonly onChange: (listener: (now: Config) => void) => void;
}

/** The URL without what the process signs in with. */
function placeOf({ memory: { database } }: Config): unknown {
  if (database.kind !== 'postgres') return database;
  const url = new URL(database.url);
  url.username = '';
  url.password = '';
  return url.href;
}

/** What a variable decides that can be replaced while the process runs, and what cannot. */
const replaceable: Readonly<Record<string, (config: Config) => unknown>> = {
  ROUTER_SECRETS: ({ routerSecrets }) => routerSecrets,
  EVENTS_SECRETS: ({ memory }) => memory.eventsSecrets,
  HISTORY_KEY: ({ memory }) => memory.historyKeys,
  REDIS_PASSWORD: ({ redis }) => redis?.credentials,
  DATABASE_URL: ({ memory }) => memory.database,
};
const fixed: Readonly<Record<string, (config: Config) => unknown>> = {
  REDIS_URL: ({ redis }) => redis?.servers,
  DATABASE_URL: placeOf,
};

const changesOf = (parts: typeof fixed, before: Config, after: Config): string[] =>
  Object.entries(parts)
    .filter(([, part]) => !isDeepStrictEqual(part(before), part(after)))
    .map(([name]) => name);

/** The secrets of the configuration; those of files are read again at SIGHUP. */
export function startSecrets({ config, readAgain }: StartConfig, logger: Logger): Secrets {
  let now = config;
  const listeners: ((now: Config) => void)[] = [];
  function replaceBy(next: Config): object {
    const needRestart = changesOf(fixed, config, next);
    if (needRestart.length > 0) {
      logger.warn(
        { variables: needRestart },
        'secrets have changed in more than users and passwords: that takes effect at a restart',
      );
    }
    const replaced = changesOf(replaceable, now, next);
    now = next;
    for (const listener of listeners) listener(now);
    return { replaced };
  }
  if (readAgain !== undefined)
    reloadOnSighup('secrets', () => Promise.resolve().then(readAgain).then(replaceBy), logger);
  return { current: () => now, onChange: (listener) => void listeners.push(listener) };
}
