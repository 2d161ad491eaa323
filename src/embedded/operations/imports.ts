import { assumed } from '../errors/assumed.ts';
import { badRequest } from '../errors/aws-exception.ts';
import { recorded } from '../errors/recorded.ts';
import { basePathModes, dialectOf, importResources } from '../rules/import/document.ts';
import { attempt, checkFindings, type Findings } from '../rules/import/findings.ts';
import { mergeMembers, overwriteMembers, readMembers } from '../rules/import/members.ts';
import { omitEmpty } from '../rules/omit-empty.ts';
import { createCollection } from '../state/collection.ts';
import { endpointTypes } from '../state/state.ts';
import type { RestApi } from '../state/store.ts';
import { readEnumParameter } from '../wire/input.ts';
import { importDocumentation } from './documentation-parts.ts';
import { addressedApi, type Call, type Context, type Operation } from './operation.ts';
import { addRestApi, newRestApi, toEndpointConfiguration, toWire, toWireWithTags } from './rest-apis.ts';

type Mode = 'merge' | 'overwrite';

/** What the query says about an import. */
function readOptions({ query }: Call) {
  const type = readEnumParameter(query, 'endpointConfigurationTypes', endpointTypes);
  return {
    basePath: readEnumParameter(query, 'basepath', basePathModes) ?? 'ignore',
    endpoint: type && toEndpointConfiguration({ types: [type] }),
    failOnWarnings: query.get('failonwarnings') === 'true',
    hasDocumentation: query.get('ignore') !== 'documentation',
  };
}

const readDocument = (call: Call) => {
  const document = call.parseDocument(recorded.openApiInvalid);
  return { document, dialect: dialectOf(document) };
};

const withEndpoint = (
  members: RestApi['members'],
  endpoint: RestApi['members']['endpointConfiguration'],
) => ({
  ...members,
  endpointConfiguration: { ...endpoint, vpcEndpointIds: members.endpointConfiguration.vpcEndpointIds },
});

/** Changes an API to what the document says. Everything is checked before the API is changed. Returns the warnings. */
function applyDocument(
  context: Context,
  api: RestApi,
  { document, dialect }: ReturnType<typeof readDocument>,
  { mode, ...options }: ReturnType<typeof readOptions> & { mode: Mode },
): readonly string[] {
  const findings: Findings = { errors: [], warnings: [] };
  const resources = importResources({
    document,
    dialect,
    basePath: options.basePath,
    mode,
    before: api.resources.values(),
    newId: () => context.newId(6),
    findings,
  });
  const defined = attempt(findings, assumed.importedMembers, () => readMembers(document, dialect));
  checkFindings(findings, options.failOnWarnings);
  const { warnings } = options.hasDocumentation
    ? importDocumentation(context, api, document, { mode, failOnWarnings: options.failOnWarnings })
    : { warnings: [] };
  api.resources = createCollection(resources, ({ id }) => id);
  if (defined) api.members = (mode === 'merge' ? mergeMembers : overwriteMembers)(api.members, defined);
  if (options.endpoint) api.members = withEndpoint(api.members, options.endpoint);
  return [...findings.warnings, ...warnings];
}

export const importRestApi: Operation = (context, call) => {
  const options = readOptions(call);
  const read = readDocument(call);
  const api = newRestApi(context, { name: '' });
  const warnings = applyDocument(context, api, read, { ...options, mode: 'overwrite' });
  if (api.members.name === '') throw badRequest(assumed.importedTitle);
  addRestApi(context, api);
  return { ...toWire(api), warnings: omitEmpty(warnings) };
};

/** The document is checked before the API (recorded). */
export const putRestApi: Operation = (context, call) => {
  const mode = readEnumParameter(call.query, 'mode', ['merge', 'overwrite']) ?? 'merge';
  const options = readOptions(call);
  const read = readDocument(call);
  const api = addressedApi(context, call);
  const warnings = applyDocument(context, api, read, { ...options, mode });
  return { ...toWireWithTags(api), warnings: omitEmpty(warnings) };
};
