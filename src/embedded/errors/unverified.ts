/**
 * What the facts sheet marks as unverified: texts nobody has recorded, and choices between plausible behaviours.
 * All of them are here, so that one recording of real AWS changes one line. Behaviour that is a choice as well, each
 * at the place that says so:
 *
 * - GetStages' deploymentId does not look at canaries (stages.ts); a canary's deployment is in use (deployments.ts)
 * - "" clears description, documentationVersion and clientCertificateId: the member is absent after (patch.ts)
 * - `remove /variables` removes all of them, as the documentation's table says; other whole maps are refused (patch.ts)
 * - removing what is absent (access log, canary, variable, override) changes nothing (patch.ts, canary.ts)
 * - a documentation version must exist before a stage names it (stages.ts, patch.ts)
 * - `*` as the resource beside one verb is accepted; the reverse is refused (method-settings.ts)
 * - a nested resource may be written unescaped; a key is removed by its own path, or escaped (method-settings.ts)
 * - CreateDeployment merges variables into those of an existing stage (deployments.ts)
 * - `move`, `test`, and `add` outside canary and access log, are refused with the text recorded for `add` (patch.ts)
 * - cross pairs of `copy` (overrides to /deploymentId) are refused with the copy message (canary.ts)
 * - `remove` of a path that is none echoes the whole path, without its slash (method-settings.ts)
 * - an access log may have a format before it has a destination, and the reverse (patch.ts)
 * - CreateStage on an unknown API is a 404, like every operation on one (stages.ts)
 * - CreateDeployment with a canary ignores its cacheCluster members, tracing and stageDescription (deployments.ts)
 * - cloneFrom copies description, media types, compression and key source (rest-apis.ts)
 * - what is empty is absent, but for a description of a REST API, which is refused (absent.ts), and the variables that a
 *   stage is made with (stages.ts)
 * - disabling a cache cluster forgets its size (cache-cluster.ts)
 * - flushing without a cache cluster is accepted (cache-cluster.ts)
 */
export const unverified = {
  unknownRoute: {
    code: 'UnknownOperationException',
    message: 'The embedded Stage API has no such operation',
  },
  unsigned: { code: 'MissingAuthenticationTokenException', message: 'Missing Authentication Token' },
  incompleteSignature: {
    code: 'IncompleteSignatureException',
    message:
      'Authorization header requires Credential, SignedHeaders and Signature of AWS Signature Version 4.',
  },
  internalFailure: { code: 'InternalFailure', message: 'The embedded Stage API failed' },

  /** §4: a plugin that works sends 80 operations at a time; the real cap is unknown, so the known good is the cap. */
  mostPatchOperations: 80,
  /** §9: 10, and AWS raises it on request; the `stagesPerApi` mode raises it here. */
  stagesPerApi: 10,
  /** §1: bodies that no operation needs. */
  largestBodyBytes: 1024 * 1024,

  /** The inputs of §1 have five levels. */
  deepestBody: 32,
  bodyTooDeep: 'Request body is nested too deeply',
  bodyTooLarge: 'Request body is too large',
  malformedRequest: 'Malformed HTTP request',
  malformedPath: 'Malformed percent-encoding in the request path',
  malformedJson: 'Request body is not valid JSON',
  bodyNotAnObject: 'Request body must be a JSON object',

  /** §1, by analogy with the recorded boolean and number. */
  structureExpected: (found: string) => `Unrecognized collection type ${found}`,
  wrongType: (found: string, wanted: string) => `${found} can not be converted to an ${wanted}`,
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
  /** §1: of moto. */
  deploymentUnknown: 'Invalid Deployment identifier specified',
  /** §6: of a canary that is made without saying. */
  percentWhenMissing: 0,
  documentationVersionMissing: 'Documentation version does not exist',
  documentationVersionUnknown: 'Invalid Documentation version specified',
  documentationVersionExists: 'Documentation version already exists',
  documentationVersionEmpty: 'Documentation version cannot be empty',
  apiNameEmpty: 'API name cannot be empty',
  accessLogFormatTooLong: 'Access Log format must be at most 3072 bytes',
  /** What messages say in place of a path or a from that is not there. */
  missingPath: 'null',
  patchValueMissing: (op: string, path: string) => `Missing value for ${op} operation with path: ${path}`,
  patchValue: (path: string, value: string, wanted: string) =>
    `Invalid value ${value} for path: ${path}. Must be ${wanted}`,
  /** §8: expect 400 or 409; the observed 409 text contains this sentence. */
  cacheClusterBusy: 'A previous change is still in progress. Please try again later.',
} as const;
