import type * as sdl from '../__generated__/types.ts';
import { permittedMutations } from '../datasources/stages/changes/permitted-mutations.ts';
import { pure } from './pure-resolver.ts';
import { selectedFields } from './selected-fields.ts';

export const Stage: sdl.StageResolvers = {
  __resolveReference: (reference, { dataSources }) => dataSources.entities().stage(reference),
  restApi: (stage, _, { dataSources }, info) =>
    dataSources.of(stage).restApis.of(stage.restApiId, selectedFields(info, 'RestApi')),
  methodSettings: pure(({ details }) => details.methodSettings),
  revision: pure(({ details }) => details.revision),
  deployment: (stage, _, { dataSources }) => dataSources.of(stage).deployments.get(stage),
  methodSetting: (stage, address, { dataSources }) =>
    dataSources.of(stage).stages.methodSetting(stage, address),
  effectiveMethodSetting: (stage, address, { dataSources }) =>
    dataSources.of(stage).stages.effectiveMethodSetting(stage, address),
  methods: (stage, _, { dataSources }) => dataSources.of(stage).live().methods(stage),
  orphanedMethodSettings: (stage, _, { dataSources }) => dataSources.of(stage).live().orphanedSettings(stage),
  differencesFrom: (stage, args, { dataSources }) => dataSources.differencesFrom(stage, args),
  history: (stage, args, { dataSources }) => dataSources.memory().historyOf(stage, args),
  drift: (stage, _, { dataSources }) => dataSources.memory().drift(stage),
  permittedMutations: pure((stage, _, { caller }) => permittedMutations(caller, stage)),
  findings: (stage, { codes }, { dataSources, partialErrors }, { path }) =>
    dataSources
      .of(stage)
      .live()
      .findings(stage, codes, (error) => partialErrors.add(error, path)),
};

export const CanarySettings: sdl.CanarySettingsResolvers = {
  deployment: (canary, _, { dataSources }) => dataSources.of(canary).deployments.get(canary),
  differences: (canary, _, { dataSources }) => dataSources.of(canary).live().canaryDifferences(canary),
};

/** `value` is null also without the scope that the schema declares on it; `redacted` tells the client. */
export const StageVariable: sdl.StageVariableResolvers = {
  value: pure(({ target, value, isUnknown }, _, { caller }) =>
    isUnknown !== true && caller.seesVariablesOf(target) ? value : null,
  ),
  redacted: pure(
    ({ target, isUnknown }, _, { caller }) => isUnknown === true || !caller.seesVariablesOf(target),
  ),
};
