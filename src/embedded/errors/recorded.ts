const methodSettingPaths =
  '[/deploymentId, /description, /cacheClusterEnabled, /cacheClusterSize, /clientCertificateId, /accessLogSettings, /accessLogSettings/destinationArn, /accessLogSettings/format, /{resourcePath}/{httpMethod}/metrics/enabled, /{resourcePath}/{httpMethod}/logging/dataTrace, /{resourcePath}/{httpMethod}/logging/loglevel, /{resourcePath}/{httpMethod}/throttling/burstLimit/{resourcePath}/{httpMethod}/throttling/rateLimit/{resourcePath}/{httpMethod}/caching/ttlInSeconds, /{resourcePath}/{httpMethod}/caching/enabled, /{resourcePath}/{httpMethod}/caching/dataEncrypted, /{resourcePath}/{httpMethod}/caching/requireAuthorizationForCacheControl, /{resourcePath}/{httpMethod}/caching/unauthorizedCacheControlHeaderStrategy, /*/*/metrics/enabled, /*/*/logging/dataTrace, /*/*/logging/loglevel, /*/*/throttling/burstLimit /*/*/throttling/rateLimit /*/*/caching/ttlInSeconds, /*/*/caching/enabled, /*/*/caching/dataEncrypted, /*/*/caching/requireAuthorizationForCacheControl, /*/*/caching/unauthorizedCacheControlHeaderStrategy, /variables/{variable_name}, /tracingEnabled]';

const methodSettingNames =
  '[.../metrics/enabled, .../logging/dataTrace, .../logging/loglevel,.../throttling/burstLimit, .../throttling/rateLimit, .../caching/ttlInSeconds, .../caching/enabled, .../caching/dataEncrypted, .../caching/requireAuthorizationForCacheControl, .../caching/unauthorizedCacheControlHeaderStrategy]';

const variableSymbols =
  "Please use values with alphanumeric characters and the symbols ' ', -', '.', '_', ':', '/', '?', '&', '=', and ','.";

/** AWS's messages as recorded from AWS, byte for byte. Messages without a recording are in assumed.ts. */
export const recorded = {
  notInEnum: (value: string, member: string, values: readonly string[]) =>
    `Value '${value}' at '${member}' failed to satisfy constraint: Member must satisfy enum value set: [${values.join(', ')}]`,
  listNotInEnum: (given: readonly string[], member: string, values: readonly string[]) =>
    `Value '[${given.join(', ')}]' at '${member}' failed to satisfy constraint: Member must satisfy constraint: [Member must satisfy enum value set: [${values.join(', ')}]]`,
  patternMismatch: (value: string, member: string, pattern: string) =>
    `Value '${value}' at '${member}' failed to satisfy constraint: Member must satisfy regular expression pattern: ${pattern}`,

  apiUnknown: (accountId: string, restApiId: string) =>
    `Invalid API identifier specified ${accountId}:${restApiId}`,
  apiDescriptionEmpty: 'Description cannot be an empty string',
  endpointTypesEmpty: 'REGIONAL Configuration and EDGE Configuration cannot be both DISABLED.',
  endpointTypesSeveral: 'Cannot create an api with multiple Endpoint Types.',
  privateEndpointAddress: 'Only dualstack ipAddressType is supported for Private APIs.',
  compressionSize: 'Invalid minimum compression size, must be between 0 and 10485760',
  patchPath: (path: string) => `Invalid patch path ${path}`,
  patchOps: (ops: readonly string[]) =>
    `Invalid patch operation specified. Must be one of: [${ops.join(', ')}]`,
  /** For media types and endpoint types. */
  apiListPatchOps: "Invalid patch operation specified. Must be 'add'|'remove'|'replace'",
  endpointAddressType: 'ipAddressType must be either ipv4 or dualstack.',
  endpointType: 'Invalid EndpointTypes specified. Valid options are REGIONAL,EDGE,PRIVATE',
  policyInvalid:
    'Invalid policy document. Please check the policy syntax and ensure that Principals are valid.',
  stageUnknown: 'Invalid stage identifier specified',
  stageExists: 'Stage already exists',
  stageName: 'Stage name only allows a-zA-Z0-9_',
  deploymentMissing: 'Deployment id does not exist',
  deploymentEmpty: 'DeploymentId cannot be empty',
  deploymentInUse: 'Active stages pointing to this deployment must be moved or deleted',
  variableName: (name: string) =>
    `Invalid stage variable name: ${name}.  Please use names with only word characters.`,
  variableValue: (name: string) => `Invalid stage variable value of key ${name}.  ${variableSymbols}`,

  unknownPatchPath: (path: string) =>
    `Invalid method setting path: ${path}. Must be one of: ${methodSettingPaths}`,
  unknownSetting: (setting: string) =>
    `Invalid method setting path: ${setting}. Must be one of: ${methodSettingNames}`,
  notRemovable: (pathWithoutSlash: string) =>
    `Cannot remove method setting ${pathWithoutSlash} because there is no method setting for this method `,
  invalidOperation: (op: string, path: string) => `Invalid ${op} operation with path: ${path}`,
  invalidCopy: (path: string, from: string) =>
    `Invalid copy operation with path: ${path} and from ${from}. Valid copy:path are [/deploymentId, /variables] and valid copy:from are [/canarySettings/deploymentId, /canarySettings/stageVariableOverrides]`,
  noCanaryToPromote: 'Promotion not available. Canary does not exist.',
  unsupportedPatchOp: (op: string, path: string) =>
    `Invalid patch path  '${path}' specified for op '${op}'. Please choose supported operations`,
  unsupportedPatchPath: (path: string, paths: readonly string[]) =>
    `Invalid patch path  '${path}' specified for op 'replace'. Must be one of: [${paths.join(', ')}]`,
  patchTooLarge: 'Update size too large. Try updating stage in multiple UpdateStage operations',

  timeToLive: 'Invalid time-to-live setting, must be an integer no greater than 3600',
  noLogsRole: 'CloudWatch Logs role ARN must be set in account settings to enable logging',

  accessLogPath:
    'Invalid accessLogSettings path. Must be one of : [/accessLogSettings/destinationArn, /accessLogSettings/format]',
  accessLogEmpty: 'Access Log value must not be empty',
  accessLogCharacters: (resource: string) =>
    `Access log destination must only contain characters a-z, A-Z, 0-9, '_', '-', '/', '.': '${resource}'`,
  accessLogService:
    'The ARN must be a valid CloudWatch Logs log group or Kinesis Data Firehose delivery stream',
  accessLogStream:
    "Kinesis Firehose delivery stream name must begin with the characters 'amazon-apigateway-'",
  accessLogFormatLines:
    'Access Log format must be single line, new line character is allowed only at end of the format',
  accessLogFormatId: (format: string) =>
    `Access Log format must include either $context.requestId or $context.extendedRequestId : '${format}'`,

  canaryWithoutStage: (given: string | undefined) =>
    `Invalid deployment content specified.Non null and non empty stageName must be provided for canary deployment. Provided value is ${given ?? 'null'}`,
  canaryStageUnknown: (stageName: string) =>
    `Invalid deployment content specified.Stage ${stageName} must already be created before making a canary release deployment`,
  canaryRequired: (stageName: string) =>
    `Invalid deployment content specified.Non canary deployment not supported on stage ${stageName} because Canary is enabled. Provide CanarySettings in deploymentInput.`,

  resourceUnknown: 'Invalid Resource identifier specified',
  pathPartMissing: "Resource's path part must be specified",
  resourceExists: (pathPart: string) =>
    `Another resource with the same parent already has this name: ${pathPart}`,
  variableSibling: (sibling: string) =>
    `A sibling (${sibling}) of this resource already has a variable path part -- only one is allowed`,
  greedyParent: (pathPart: string) =>
    `Cannot create a child of a resource with a greedy path variable: ${pathPart}`,
  cyclicResource: 'Resources cannot be cyclical.',
  rootMember: (member: string) => `Root resource cannot update its ${member}.`,

  methodUnknown: 'Invalid Method identifier specified',
  methodExists: 'Method already exists for this resource',
  httpMethod: (methods: readonly string[]) =>
    `Invalid HttpMethod specified. Valid options are ${methods.join(',')}`,
  authorizerUnknown:
    'Invalid authorizer ID specified. Setting the authorization type to CUSTOM or COGNITO_USER_POOLS requires a valid authorizer.',
  validatorUnknown: 'Invalid Request Validator identifier specified',
  modelUnknown: (model: string) => `Invalid model identifier specified: ${model}`,
  parameterNames: 'Parameter names must be unique across querystring, header and path',
  parameterUnknown: 'Invalid parameter name specified',
  contentTypeUnknown: 'Content-Type specified was not found',
  responseUnknown: 'Invalid Response status code specified',
  responseExists: 'Response already exists for this resource',

  integrationUnknown: 'Invalid Integration identifier specified',
  integrationHttpMethod: 'Enumeration value for HttpMethod must be non-empty',
  httpUri: 'Invalid HTTP endpoint specified for URI',
  arnInvalid: 'Invalid ARN specified in the request',
  arnWithoutPath: 'AWS ARN for integration must contain path or action',
  proxyService:
    "Integrations of type 'AWS_PROXY' currently only supports Lambda function and Firehose stream invocations.",
  timeout: 'Timeout should be between 50 ms and 29000 ms',
  mappingInvalid: (errors: readonly string[]) =>
    `Invalid mapping expression specified: Validation Result: warnings : [], errors : [${errors.join(', ')}]`,
  mappingExpression: (expression: string) => `Invalid mapping expression specified: ${expression}`,
  mappingParameter: (parameter: string) => `Invalid mapping expression parameter specified: ${parameter}`,
  contentTypes: (types: readonly string[]) =>
    `Validation Result: warnings : [], errors : [${types.map((type) => `Invalid content type specified: ${type}`).join(', ')}]`,

  noMethods: "The REST API doesn't contain any methods",
  noIntegration: 'No integration defined for method',

  openApiInvalid: 'Invalid OpenAPI input.',
  importErrors: (errors: readonly string[], warnings: readonly string[]) =>
    [
      'Errors found during import:',
      ...errors.map((error) => `\t${error}`),
      ...(warnings.length > 0 ? ['Additionally, these warnings were found:'] : []),
      ...warnings.map((warning) => `\t${warning}`),
    ].join('\n'),
  importedFormat: (member: string, property: string, path: string, httpMethod: string, given: string) =>
    `Invalid format for '${member}'. Expected type string for property '${property}' of resource '${path}' and method '${httpMethod}' but got '${given}'`,
  importedModelUnknown: (model: string) => `Reference to model '${model}' not found. Ignoring.`,
  importServers:
    'More than one server provided. Ignoring all but the first for defining endpoint configuration',
  importedModelType: (type: string, statusCode: string, httpMethod: string, path: string) =>
    `Unsupported model type '${type}' in ${statusCode} response to method '${httpMethod} ${path}'. Ignoring.`,
  noResponses: (httpMethod: string, path: string) => `No responses specified for '${httpMethod} ${path}'`,
  unexpectedAttribute: (attribute: string) => `Parse issue: attribute ${attribute} is unexpected`,
  pathWithoutSlash: (path: string) => `Parse issue: attribute paths. Resource ${path} should start with /`,
  modelName: (model: string) => `Model name must be alphanumeric: ${model}`,

  documentationPartUnknown: 'Invalid Documentation part identifier specified',
  /** With a location of only a type, as AWS documents it. */
  documentationPartExists: (location: string) =>
    `Documentation part already exists for the specified location: ${location}.`,
  documentUnreadable: 'Unable to build importer with provided input.',
  roleUnusable:
    'The role ARN does not have required permissions configured. Please grant trust permission for API Gateway and add the required role policy.',

  concurrentModification:
    'Unable to complete operation due to concurrent modification. Please try again later.',
  tooManyApis: 'Maximum number of APIs has been reached.  Please contact AWS if you need additional APIs.',
} as const;
