import type { TargetSettings, TargetsFile } from '../config/targets-file.ts';
import {
  awsRegion,
  type ClientOptions,
  createClient,
  type StaticCredentials,
} from '../upstream/calls/client.ts';
import type { CredentialsSource } from '../upstream/calls/sdk/credentials.ts';
import {
  accountFinder,
  ownCredentials,
  requireAccount,
  roleCredentials,
} from '../upstream/calls/sdk/target-credentials.ts';
import { type ConnectionOptions, type Connections, type LimiterSettings, redisName } from './connections.ts';
import type { ConnectedTarget } from './fleet.ts';
import type { Target } from './target.ts';

export interface EntryOptions extends ConnectionOptions {
  /** The endpoint of targets that have none of their own; undefined: AWS's. */
  readonly endpoint: string | undefined;
  /** Stages that are protected in every target. */
  readonly isProtected: ConnectedTarget['isProtected'];
  readonly matcherOf: (patterns: readonly string[]) => ConnectedTarget['isProtected'];
  /** Starts an embedded Stage API for one target, and gives its URL. */
  readonly startEmbedded: () => Promise<string>;
}

/** A target of the file. It is connected when it is first used. */
export interface FileEntry {
  readonly target: Target;
  /** As text: an entry with equal settings is kept when the file is read again. */
  readonly settings: string;
  readonly limiter: LimiterSettings;
  /** Undefined as long as it is not connected. */
  readonly connected: () => ConnectedTarget | undefined;
  readonly connect: () => ConnectedTarget;
}

/** An emulator on this machine accepts every signature. Those that emulate several accounts take the key for the account. */
const emulatorCredentials = ({ account }: TargetSettings): StaticCredentials => ({
  accessKeyId: account,
  secretAccessKey: 'any',
});

const isOnThisMachine = (endpoint: string): boolean =>
  /^(localhost|127\.[\d.]+|\[::1\])$/.test(new URL(endpoint).hostname);

export const settingsText = (settings: TargetSettings, quota: TargetsFile['quota']): string =>
  JSON.stringify([quota, settings]);

/** Where a target's calls go, and what signs them. */
function createClientOptions(options: EntryOptions) {
  const { requestTimeoutMs } = options;
  let own: CredentialsSource | undefined;

  function embeddedEndpoint(): () => Promise<{ readonly url: URL }> {
    let endpoint: Promise<{ readonly url: URL }> | undefined;
    return () => (endpoint ??= options.startEmbedded().then((url) => ({ url: new URL(url) })));
  }
  return (settings: TargetSettings): Pick<ClientOptions, 'endpoint' | 'credentials'> => {
    const { region, account, roleArn, externalId, endpoint = options.endpoint } = settings;
    const credentials = emulatorCredentials(settings);
    if (endpoint === 'embedded') return { endpoint: embeddedEndpoint(), credentials };
    if (endpoint !== undefined && isOnThisMachine(endpoint)) return { endpoint, credentials };
    own ??= ownCredentials(region, requestTimeoutMs);
    if (settings.endpoint !== undefined) return { endpoint, credentials: own };
    const source =
      roleArn === undefined
        ? own
        : roleCredentials(own, { arn: roleArn, externalId }, region, requestTimeoutMs);
    // An endpoint for all targets may be AWS's own, e.g. one of a VPC.
    return {
      endpoint,
      credentials: requireAccount(source, account, accountFinder(region, requestTimeoutMs)),
    };
  };
}

/** Makes the entries of the file's targets. */
export function createEntryFactory(options: EntryOptions, connections: Connections) {
  const clientOptionsOf = createClientOptions(options);
  return (settings: TargetSettings, quota: TargetsFile['quota']): FileEntry => {
    const { account, alias, region, home, endpoint = options.endpoint } = settings;
    const target: Target = {
      ...awsRegion(region),
      account,
      alias,
      home,
      label: `${alias ?? account} in ${region}`,
    };
    const { partition } = target;
    const ofRegion = quota === 'region' ? region : undefined;
    // The quota is the account's, whatever the endpoints of its Regions.
    const name = redisName(partition, ofRegion ?? 'account', account, undefined);
    const limiter: LimiterSettings = {
      name,
      account,
      region: ofRegion,
      rate: settings.rate ?? options.rate,
      burst: settings.burst ?? options.burst,
      identify: () => Promise.resolve(name),
    };
    const isProtectedHere = options.matcherOf(settings.protectedStages);
    const open = (): ConnectedTarget =>
      connections.open({
        target,
        client: createClient({ ...options, region, ...clientOptionsOf(settings) }),
        limiter,
        isProtected: (stageName) => options.isProtected(stageName) || isProtectedHere(stageName),
        endpoint,
        identify: () => Promise.resolve(redisName(partition, region, account, endpoint)),
      });
    let connected: ConnectedTarget | undefined;
    return {
      target,
      settings: settingsText(settings, quota),
      limiter,
      connected: () => connected,
      connect: () => (connected ??= open()),
    };
  };
}
