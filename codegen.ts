import type { CodegenConfig } from '@graphql-codegen/cli';

const stageChange = '../datasources/stages/stage-change.ts#StageChange';

/** SDL in, resolver types out: the only source of resolver types. */
const config: CodegenConfig = {
  schema: 'schema/*.graphql',
  generates: {
    'src/__generated__/types.ts': {
      plugins: ['typescript', 'typescript-resolvers'],
      config: {
        federation: true,
        contextType: '../context.ts#Context',
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
          Stage: '../datasources/stages/model.ts#StageModel',
          CanarySettings: '../datasources/stages/model.ts#CanarySettingsModel',
          RestApi: '../datasources/rest-apis.ts#RestApiModel',
          RestApiDeployment: '../datasources/deployments.ts#DeploymentModel',
          SetMethodSettingPayload: stageChange,
          RemoveMethodSettingPayload: stageChange,
          PromoteCanaryPayload: stageChange,
          SetCanarySettingsPayload: stageChange,
          RemoveCanaryPayload: stageChange,
          CreateStagePayload: stageChange,
          UpdateStagePayload: stageChange,
          SetStageVariablesPayload: stageChange,
          SetAccessLogSettingsPayload: stageChange,
          RemoveAccessLogSettingsPayload: stageChange,
          PatchStagePayload: stageChange,
          FlushStageCachePayload: stageChange,
          FlushStageAuthorizersCachePayload: stageChange,
          TagStagePayload: stageChange,
          UntagStagePayload: stageChange,
          DeleteStagePayload: '../datasources/stages/stage-commands.ts#StageDeletion',
          CreateRestApiDeploymentPayload: '../datasources/create-deployment.ts#DeploymentChange',
        },
      },
    },
  },
};

export default config;
