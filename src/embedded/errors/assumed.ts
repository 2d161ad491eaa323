/**
 * Messages and limits that are not recorded from AWS. They are in one file, so that a recording changes one line. Unverified
 * behavior is at its place in the code:
 *
 * - GetStages' deploymentId does not match deployments of canaries (stages.ts)
 * - a deployment of a canary is in use (deployments.ts)
 * - "" clears description, documentationVersion and clientCertificateId (patch.ts)
 * - `remove /variables` removes all of them, as AWS documents; other whole maps are rejected (patch.ts)
 * - removing an absent access log, canary, variable or override has no effect (patch.ts, canary.ts)
 * - a documentation version must exist before a stage refers to it (stages.ts, patch.ts)
 * - `*` as resource with a verb is accepted; a resource with `*` as method is rejected (method-settings.ts)
 * - the path of a nested resource may be unescaped; a key is removed by its path as stored or escaped (method-settings.ts)
 * - CreateDeployment merges variables into those of an existing stage (deployments.ts)
 * - `move`, `test`, and `add` outside the access log are rejected with the message recorded for `add` (patch.ts)
 * - other pairs of paths of `copy` are rejected with the message for `copy` (canary.ts)
 * - the error for `remove` of a malformed path contains the path without its slash (method-settings.ts)
 * - an access log may have only a format or only a destination (patch.ts)
 * - CreateStage for an unknown API is a 404, like all operations (stages.ts)
 * - CreateDeployment with a canary ignores the cache cluster, tracing and stageDescription (deployments.ts)
 * - cloneFrom copies description, media types, compression, key source and resources (rest-apis.ts)
 * - empty values are omitted from responses (omit-empty.ts), except the variables of a new stage (stages.ts); an empty
 *   description of a REST API is rejected
 * - disabling a cache cluster removes its size (cache-cluster.ts)
 * - flushing without a cache cluster succeeds (cache-cluster.ts)
 * - the places where mappings, cache keys and content types are checked (mapping.ts, integration.ts)
 * - the paths of UpdateMethod, UpdateIntegration and UpdateIntegrationResponse (method.ts, integration.ts)
 * - PutIntegration removes the responses of the integration that it replaces (integrations.ts)
 * - the paths of UpdateRestApi other than media types, description and endpoint (rest-api-patch.ts)
 * - locations of documentation parts, and what an import in mode merge does (documentation-parts.ts)
 * - the paths of UpdateAccount other than the role (account.ts)
 * - what an import does with what is not recorded (rules/import), listed in docs/stage-api.md §12
 * - `--strict`: a client certificate must exist, and cannot be deleted while a stage uses it (patch.ts,
 *   client-certificates.ts)
 */
export const assumed = {
  unknownRoute: {
    status: 404,
    code: 'UnknownOperationException',
    message: 'The embedded Stage API does not support this operation',
  },
  unsigned: {
    status: 403,
    code: 'MissingAuthenticationTokenException',
    message: 'Missing Authentication Token',
  },
  incompleteSignature: {
    status: 403,
    code: 'IncompleteSignatureException',
    message:
      'Authorization header requires Credential, SignedHeaders and Signature of AWS Signature Version 4.',
  },
  internalFailure: {
    status: 500,
    code: 'InternalFailure',
    message: 'Internal error of the embedded Stage API',
  },

  /** A known client sends 80 operations at a time without an error; AWS's maximum is unknown (docs/stage-api.md §4). */
  maxPatchOperations: 80,
  /** AWS's default quota (§9); the `stagesPerApi` mode changes it. */
  stagesPerApi: 10,
  /** More than any operation needs. */
  maxBodyBytes: 1024 * 1024,

  /** Of an OpenAPI document, as AWS documents it: 6 MB. */
  maxDocumentBytes: 6 * 1024 * 1024,

  /** The inputs of the operations have five levels. */
  maxBodyDepth: 32,
  bodyTooDeep: 'Request body is nested too deeply',
  bodyTooLarge: 'Request body is too large',
  malformedRequest: 'Malformed HTTP request',
  malformedPath: 'Malformed percent-encoding in the request path',
  malformedJson: 'Request body is not valid JSON',
  bodyNotAnObject: 'Request body must be a JSON object',

  /** By analogy with the recorded messages for booleans and numbers (§1). */
  structureExpected: (found: string) => `Unrecognized collection type ${found}`,
  wrongType: (found: string, expected: string) => `${found} can not be converted to an ${expected}`,
  structureFound: 'Start of structure or map found where not expected.',
  listFound: 'Start of list found where not expected.',
  missingMember: (at: string) =>
    `Value null at '${at}' failed to satisfy constraint: Member must not be null`,

  invalidLimit: 'Invalid limit: must be a number from 1 to 500',
  invalidPosition: 'Invalid position',

  stageNameTooLong: 'Stage name must be at most 128 characters',
  tooManyStages:
    'Maximum number of stages for this API has been reached.  Please contact AWS if you need additional stages.',
  tooManyVariables: 'A stage can have at most 100 variables',
  variableNameTooLong: (name: string) => `Stage variable name is longer than 64 characters: ${name}`,
  variableValueTooLong: (name: string) => `Stage variable value of key ${name} is longer than 512 characters`,
  tooManyTags: 'A stage can have at most 50 tags',
  tagKey: (key: string) => `Invalid tag key: ${key}`,
  tagValue: (key: string) => `Invalid value of tag ${key}`,
  tagArn: (arn: string) => `Invalid resource ARN specified: ${arn}`,
  percentTraffic: (value: string) => `Invalid canary percentTraffic: ${value}. Must be from 0.0 to 100.0`,
  /** The message of moto (§1). */
  deploymentUnknown: 'Invalid Deployment identifier specified',
  /** Of a new canary (§6). */
  defaultPercentTraffic: 0,
  documentationVersionMissing: 'Documentation version does not exist',
  documentationVersionUnknown: 'Invalid Documentation version specified',
  documentationVersionExists: 'Documentation version already exists',
  documentationVersionEmpty: 'Documentation version cannot be empty',
  /** AWS's message of 2020, and `:`, which it has allowed since. */
  pathPart:
    "Resource's path part only allow a-zA-Z0-9._-: and curly braces at the beginning and the end and an optional plus sign before the closing brace.",
  rootDeleted: 'Root resource cannot be deleted.',
  authorizationType: (type: string) => `Invalid authorization type specified: ${type}`,
  passthroughBehavior: (behavior: string) => `Invalid passthrough behavior specified: ${behavior}`,
  documentationVersionInUse: 'Stages that use this documentation version must be moved or deleted',
  documentationPartEmpty: 'Documentation part properties must be non-empty',
  documentationPartNotJson: 'Documentation part properties must be a JSON object',
  documentationPartField: (field: string, type: string) =>
    `Invalid location: ${field} is not valid for type ${type}`,
  documentationPartName: (type: string) => `Invalid location: name is required for type ${type}`,
  importedPart: (index: number, problem: string) => `Documentation part ${index} is ignored: ${problem}`,
  importedPartMalformed: 'Invalid location or properties',
  importWarnings: (warnings: readonly string[]) =>
    `Warnings found during import:${warnings.map((warning) => `\n\t${warning}`).join('')}`,
  importedChoice: (member: string, given: string, choices: readonly string[]) =>
    `Invalid ${member} specified: ${given}. Must be one of: [${choices.join(', ')}]`,
  importedPlace: (httpMethod: string, path: string) => `'${httpMethod}' for resource at path '${path}'`,
  importedTitle: 'API title must be specified',
  importedMembers: 'Unable to update API',
  importedType: (attribute: string, type: string) =>
    `Parse issue: attribute ${attribute} is not of type \`${type}\``,
  /** Far more than AWS's quota of resources allows. */
  maxPathParts: 100,
  pathTooDeep: 'Resource path has too many parts',
  /** More than the documents of AWS's own tools have. */
  maxDocumentDepth: 100,

  clientCertificateUnknown: 'Invalid Client Certificate identifier specified',
  clientCertificateMissing: 'Client certificate does not exist',
  clientCertificateInUse: 'Stages that use this client certificate must be moved or deleted',
  /** AWS's default quota (§9). */
  maxClientCertificates: 60,
  tooManyClientCertificates: 'Maximum number of client certificates has been reached',
  usagePlansFixed: 'Usage Plans cannot be disabled once enabled',
  feature: (feature: string) => `Invalid feature: ${feature}`,

  apiNameEmpty: 'API name cannot be empty',
  accessLogFormatTooLong: 'Access Log format must be at most 3072 bytes',
  /** Stands for an absent `path` or `from` in messages. */
  missingPath: 'null',
  patchValueMissing: (op: string, path: string) => `Missing value for ${op} operation with path: ${path}`,
  patchValue: (path: string, value: string, expected: string) =>
    `Invalid value ${value} for path: ${path}. Must be ${expected}`,
  /** AWS answers 400 or 409; the observed 409 contains this sentence (§8). */
  cacheClusterBusy: 'A previous change is still in progress. Please try again later.',
} as const;
