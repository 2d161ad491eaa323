import type { StageFindingCode } from '../../src/__generated__/types.ts';
import { DRIFT, type DriftKind, NO_DRIFT } from '../../src/memory/database/drift-kind.ts';
import { findingBits } from '../../src/memory/database/finding-bits.ts';
import { sortKey } from '../../src/memory/database/sort-key.ts';
import type { NewStageRow } from '../../src/memory/database/tables.ts';
import { tagText } from '../../src/memory/database/tag-text.ts';
import type { InventoryFilter, InventoryOrder } from '../../src/memory/inventory/index.ts';

/** A stage of the inventory, as tests and the reference speak of it. */
export interface InventoryStage {
  readonly target: string;
  readonly restApiId: string;
  readonly apiName: string;
  readonly stageName: string;
  readonly lastUpdated: number;
  readonly observedAt: number;
  readonly tags: Readonly<Record<string, string>>;
  readonly findings: readonly StageFindingCode[];
  readonly hasCanary: boolean;
  readonly hasAccessLog: boolean;
  readonly hasWebAcl: boolean;
  readonly drift: DriftKind;
  readonly tracingEnabled: boolean;
  readonly cacheClusterEnabled: boolean;
}

const plain: InventoryStage = {
  target: '111122223333/eu-central-1',
  restApiId: 'api1',
  apiName: 'orders',
  stageName: 'dev',
  lastUpdated: 1000,
  observedAt: 5000,
  tags: {},
  findings: [],
  hasCanary: false,
  hasAccessLog: false,
  hasWebAcl: false,
  drift: NO_DRIFT,
  tracingEnabled: false,
  cacheClusterEnabled: false,
};

export const stageOf = (stage: Partial<InventoryStage>): InventoryStage => ({ ...plain, ...stage });

const flag = (value: boolean) => (value ? 1 : 0);

export const rowOf = (stage: InventoryStage): NewStageRow => ({
  target: stage.target,
  rest_api_id: stage.restApiId,
  stage_name: stage.stageName,
  document: JSON.stringify({ stageName: stage.stageName }),
  secret_values: null,
  revision: 'r1',
  observed_at: stage.observedAt,
  last_updated: stage.lastUpdated,
  api_name: stage.apiName,
  api_name_key: sortKey(stage.apiName),
  deployment_id: 'dep1',
  canary_deployment_id: null,
  has_canary: flag(stage.hasCanary),
  has_access_log: flag(stage.hasAccessLog),
  has_web_acl: flag(stage.hasWebAcl),
  has_drift: stage.drift,
  tracing_enabled: flag(stage.tracingEnabled),
  cache_cluster_enabled: flag(stage.cacheClusterEnabled),
  findings: findingBits(stage.findings),
  tags: tagText(Object.entries(stage.tags).map(([key, value]) => ({ key, value }))),
  open_entry: null,
});

const eu = '111122223333/eu-central-1';
const us = '111122223333/us-east-1';
const other = '444455556666/eu-central-1';
export const allTargets = [eu, us, other];

const long = 'x'.repeat(1000);

/** Each has a name by which the cases call it: `<API name>/<stage name>`, with a mark where two would have the same. */
export const stages = {
  ordersDev: stageOf({ tags: { team: 'blue', env: 'dev' }, findings: ['TRACING_OFF'], lastUpdated: 3000 }),
  ordersProd: stageOf({
    stageName: 'prod',
    tags: { team: 'blue', env: 'prod', note: 'a "quoted" value' },
    hasCanary: true,
    hasAccessLog: true,
    lastUpdated: 2000,
  }),
  ordersInUs: stageOf({ target: us, drift: DRIFT, lastUpdated: 3000 }),
  ordersOfOther: stageOf({ target: other, hasWebAcl: true, lastUpdated: 1000 }),
  otherOrders: stageOf({ restApiId: 'api2', tracingEnabled: true, lastUpdated: 3000 }),
  upperCase: stageOf({ restApiId: 'api3', apiName: 'Orders', cacheClusterEnabled: true, lastUpdated: 500 }),
  percent: stageOf({ restApiId: 'api4', apiName: '100%_sure?', tags: { team: 'red' } }),
  brackets: stageOf({ restApiId: 'api5', apiName: '[a-z]\\*', findings: ['NO_WEB_ACL', 'DEAD_KEY'] }),
  bracketsQa: stageOf({ restApiId: 'api5', apiName: '[a-z]\\*', stageName: 'QA' }),
  // They differ beyond what an index has of a name.
  longB: stageOf({ restApiId: 'api9', apiName: `${long}b`, stageName: 'a' }),
  longA: stageOf({ restApiId: 'api10', apiName: `${long}a`, stageName: 'b' }),
  halfWidth: stageOf({ restApiId: 'api6', apiName: '\uffee' }),
  beyond: stageOf({ restApiId: 'api7', apiName: '\u{1f600} smile' }),
  unnamed: stageOf({ restApiId: 'api8', apiName: '' }),
} satisfies Readonly<Record<string, InventoryStage>>;

type Name = keyof typeof stages;

interface Case {
  readonly title: string;
  readonly targets?: readonly string[];
  readonly where?: InventoryFilter;
  readonly orderBy?: InventoryOrder;
  readonly expected: readonly Name[];
}

const none: readonly Name[] = [];

const ordersOnly: readonly Name[] = ['ordersDev', 'otherOrders', 'ordersInUs', 'ordersOfOther', 'ordersProd'];

/** By code unit, capitals come first, an astral character before U+FFEE, and an API without a name before all. */
const byName: readonly Name[] = [
  'unnamed',
  'percent',
  'upperCase',
  'bracketsQa',
  'brackets',
  ...ordersOnly,
  'longA',
  'longB',
  'beyond',
  'halfWidth',
];

export const cases: readonly Case[] = [
  { title: 'all, by name', expected: byName },
  {
    title: 'of the same moment by name, the latest first',
    orderBy: 'LAST_UPDATED_DESC',
    where: { restApiNames: ['orders'] },
    expected: ['ordersDev', 'otherOrders', 'ordersInUs', 'ordersProd', 'ordersOfOther'],
  },
  {
    title: 'of the same moment by name, the latest last',
    orderBy: 'LAST_UPDATED_ASC',
    where: { restApiNames: ['orders'] },
    expected: ['ordersOfOther', 'ordersProd', 'ordersDev', 'otherOrders', 'ordersInUs'],
  },
  { title: 'no target', targets: [], expected: none },
  { title: 'one target', targets: [us], expected: ['ordersInUs'] },
  { title: 'an unknown target', targets: ['999999999999/eu-central-1'], expected: none },
  {
    title: 'absent and null members',
    where: { restApiIds: null, tags: null, hasDrift: null },
    expected: byName,
  },
  { title: 'an id', where: { restApiIds: ['api2', 'api99'] }, expected: ['otherOrders'] },
  { title: 'an id with `*`, which is no pattern', where: { restApiIds: ['api*'] }, expected: none },
  { title: 'an empty list of ids: any of none', where: { restApiIds: [] }, expected: none },
  { title: 'an empty list of API names: any of none', where: { restApiNames: [] }, expected: none },
  { title: 'an empty list of stage names: any of none', where: { stageNames: [] }, expected: none },
  { title: 'an empty list of codes: any of none', where: { findings: [] }, expected: none },
  { title: 'an empty list of tags: all of none', where: { tags: [] }, expected: byName },
  { title: 'a name, case-sensitive', where: { restApiNames: ['Orders'] }, expected: ['upperCase'] },
  { title: 'a pattern, case-sensitive', where: { restApiNames: ['O*s'] }, expected: ['upperCase'] },
  { title: 'a name that is not the whole one', where: { restApiNames: ['order'] }, expected: none },
  { title: 'a pattern for all', where: { restApiNames: ['*'] }, expected: byName },
  {
    title: 'a pattern of two runs',
    where: { restApiNames: ['*rd*s'], stageNames: ['p*'] },
    expected: ['ordersProd'],
  },
  {
    title: 'any of two patterns',
    where: { restApiNames: ['100*', '*smile'] },
    expected: ['percent', 'beyond'],
  },
  { title: '`%` and `_` as they are', where: { restApiNames: ['1*%_s*'] }, expected: ['percent'] },
  { title: '`%` for nothing else', where: { restApiNames: ['%*', 'o%', '_rders*'] }, expected: none },
  { title: '`?` as it is', where: { restApiNames: ['*sure?'] }, expected: ['percent'] },
  { title: '`?` for nothing else', where: { restApiNames: ['?rders*', 'order?'] }, expected: none },
  {
    title: 'brackets and `\\` as they are',
    where: { restApiNames: ['[a-z]\\*'] },
    expected: ['bracketsQa', 'brackets'],
  },
  { title: 'brackets for nothing else', where: { restApiNames: ['[a-z]rders*', '[o]*'] }, expected: none },
  { title: 'an astral character', where: { restApiNames: ['\u{1f600}*'] }, expected: ['beyond'] },
  { title: 'no API name', where: { restApiNames: [''] }, expected: ['unnamed'] },
  { title: 'texts with NUL, which no database has', where: { restApiNames: ['\0', 'a\0*'] }, expected: none },
  { title: 'ids with NUL', where: { restApiIds: ['\0', 'api2'] }, expected: ['otherOrders'] },
  { title: 'tags with NUL', where: { tags: [{ key: '\0' }] }, expected: none },
  {
    title: 'a tag',
    where: { tags: [{ key: 'team', value: 'blue' }] },
    expected: ['ordersDev', 'ordersProd'],
  },
  {
    title: 'a tag with any value',
    where: { tags: [{ key: 'team' }] },
    expected: ['percent', 'ordersDev', 'ordersProd'],
  },
  {
    title: 'all of several tags',
    where: {
      tags: [
        { key: 'team', value: null },
        { key: 'env', value: 'prod' },
      ],
    },
    expected: ['ordersProd'],
  },
  { title: 'a part of a key', where: { tags: [{ key: 'tea' }] }, expected: none },
  { title: 'a part of a value', where: { tags: [{ key: 'team', value: 'blu' }] }, expected: none },
  { title: 'a value of another key', where: { tags: [{ key: 'env', value: 'blue' }] }, expected: none },
  {
    title: 'a tag with `*`, which is no pattern',
    where: { tags: [{ key: 'team', value: 'b*' }] },
    expected: none,
  },
  {
    title: 'a tag with quotes',
    where: { tags: [{ key: 'note', value: 'a "quoted" value' }] },
    expected: ['ordersProd'],
  },
  {
    title: 'a text within a value that looks like a tag',
    where: { tags: [{ key: 'quoted' }] },
    expected: none,
  },
  {
    title: 'any of several codes',
    where: { findings: ['TRACING_OFF', 'DEAD_KEY'] },
    expected: ['brackets', 'ordersDev'],
  },
  { title: 'a canary', where: { hasCanary: true }, expected: ['ordersProd'] },
  { title: 'an access log', where: { hasAccessLog: true }, expected: ['ordersProd'] },
  { title: 'a web ACL', where: { hasWebAcl: true }, expected: ['ordersOfOther'] },
  { title: 'drift', where: { hasDrift: true }, expected: ['ordersInUs'] },
  {
    title: 'no drift',
    where: { hasDrift: false, restApiNames: ['orders'] },
    expected: ['ordersDev', 'otherOrders', 'ordersOfOther', 'ordersProd'],
  },
  { title: 'tracing', where: { tracingEnabled: true }, expected: ['otherOrders'] },
  { title: 'a cache cluster', where: { cacheClusterEnabled: true }, expected: ['upperCase'] },
  {
    title: 'later than a moment',
    where: { updatedAfter: new Date(2000) },
    expected: ['ordersDev', 'otherOrders', 'ordersInUs'],
  },
  { title: 'earlier than a moment', where: { updatedBefore: new Date(1000) }, expected: ['upperCase'] },
  {
    title: 'all members at once',
    where: { restApiNames: ['o*'], tags: [{ key: 'env' }], hasCanary: false, updatedAfter: new Date(0) },
    expected: ['ordersDev'],
  },
];
