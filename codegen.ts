import type { CodegenConfig } from '@graphql-codegen/cli';

/** The mutations whose payload is a `StageChange`. */
const payloads = [
  'SetMethodSetting',
  'RemoveMethodSetting',
  'PromoteCanary',
  'SetCanarySettings',
  'RemoveCanary',
  'CreateStage',
  'UpdateStage',
  'SetStageVariables',
  'SetAccessLogSettings',
  'RemoveAccessLogSettings',
  'PatchStage',
  'FlushStageCache',
  'FlushStageAuthorizersCache',
  'TagStage',
  'UntagStage',
  'RecordStageBaseline',
  'RemoveStageBaseline',
];
const stageChange = '../datasources/stages/changes/stage-change.ts#StageChange';

/** SDL in, resolver types out: the only source of resolver types. */
const config: CodegenConfig = {
  generates: {
    'src/__generated__/types.ts': {
      schema: 'schema/*.graphql',
      plugins: ['typescript', 'typescript-resolvers'],
      config: {
        federation: true,
        contextType: '../graphql/context.ts#Context',
        useTypeImports: true,
        enumsAsTypes: true,
        avoidOptionals: { field: true },
        inputMaybeValue: 'T | null | undefined',
        defaultScalarType: 'unknown',
        scalars: {
          ID: 'string',
          DateTime: { input: 'Date', output: 'Date' },
        },
        skipTypename: true,
        mappers: {
          Stage: '../datasources/stages/wire/model.ts#StageModel',
          MethodSetting: '../datasources/stages/wire/model.ts#MethodSettingModel',
          StageVariable: '../datasources/stages/wire/model.ts#StageVariableModel',
          CanarySettings: '../datasources/stages/wire/model.ts#CanarySettingsModel',
          StagePatchOperation: '../datasources/stages/changes/stage-change.ts#PatchOperationModel',
          RestApi: '../datasources/rest-apis/rest-apis.ts#RestApiModel',
          RestApiDeploymentMethod: '../datasources/rest-apis/deployed-methods.ts#DeployedMethod',
          RestApiDeployment: '../datasources/rest-apis/deployments.ts#DeploymentModel',
          ...Object.fromEntries(payloads.map((name) => [`${name}Payload`, stageChange])),
          StageHistoryEntry: '../datasources/memory/memory-source.ts#HistoryEntryModel',
          StageInventoryConnection: '../datasources/memory/memory-source.ts#InventoryPage',
          ApplyStagePayload: '../datasources/stages/changes/desired/apply-stage.ts#AppliedStage',
          RevertStagePayload: '../datasources/stages/changes/desired/apply-stage.ts#AppliedStage',
          CopyStageSettingsPayload: '../datasources/stages/changes/desired/apply-stage.ts#AppliedStage',
          DeleteStagePayload: '../datasources/stages/changes/stage-commands.ts#StageDeletion',
          CreateRestApiDeploymentPayload:
            '../datasources/stages/changes/create-deployment.ts#DeploymentChange',
        },
      },
    },
  },
};

export default config;
