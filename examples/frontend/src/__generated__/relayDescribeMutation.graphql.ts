/**
 * @generated SignedSource<<149e763cf1251f224fe377cd3d668d9a>>
 * @lightSyntaxTransform
 */

/* tslint:disable */
/* eslint-disable */
// @ts-nocheck

import { ConcreteRequest } from 'relay-runtime';
export type StageCacheClusterSize = "SIZE_0_5_GB" | "SIZE_118_GB" | "SIZE_13_5_GB" | "SIZE_1_6_GB" | "SIZE_237_GB" | "SIZE_28_4_GB" | "SIZE_58_2_GB" | "SIZE_6_1_GB" | "%future added value";
export type StageHttpMethod = "ALL" | "ANY" | "DELETE" | "GET" | "HEAD" | "OPTIONS" | "PATCH" | "POST" | "PUT" | "%future added value";
export type StageLoggingLevel = "ERROR" | "INFO" | "OFF" | "%future added value";
export type StageUserErrorCode = "ACCESS_DENIED" | "ALREADY_EXISTS" | "CANARY_NOT_FOUND" | "CONFIRMATION_REQUIRED" | "CONFLICT" | "DEPLOYMENT_NOT_FOUND" | "INVALID_INPUT" | "LIMIT_EXCEEDED" | "NOT_FOUND" | "OUTCOME_UNKNOWN" | "PARTIALLY_APPLIED" | "PRECONDITION_FAILED" | "REJECTED" | "THROTTLED" | "%future added value";
export type UnauthorizedCacheControlHeaderStrategy = "FAIL_WITH_403" | "SUCCEED_WITHOUT_RESPONSE_HEADER" | "SUCCEED_WITH_RESPONSE_HEADER" | "%future added value";
export type UpdateStageInput = {
  accessLogSettings?: AccessLogSettingsInput | null | undefined;
  account?: string | null | undefined;
  cacheClusterEnabled?: boolean | null | undefined;
  cacheClusterSize?: StageCacheClusterSize | null | undefined;
  canarySettings?: UpdateStageCanarySettingsInput | null | undefined;
  clientCertificateId?: string | null | undefined;
  confirm?: string | null | undefined;
  deploymentId?: string | null | undefined;
  description?: string | null | undefined;
  documentationVersion?: string | null | undefined;
  dryRun?: boolean | null | undefined;
  expectedRevision?: string | null | undefined;
  methodSettings?: ReadonlyArray<StageMethodSettingInput> | null | undefined;
  region?: string | null | undefined;
  restApiId: string;
  stageName: string;
  tracingEnabled?: boolean | null | undefined;
  variables?: StageVariablesInput | null | undefined;
};
export type StageVariablesInput = {
  remove?: ReadonlyArray<string> | null | undefined;
  set?: ReadonlyArray<StageVariableInput> | null | undefined;
};
export type StageVariableInput = {
  name: string;
  value: string;
};
export type AccessLogSettingsInput = {
  destinationArn?: string | null | undefined;
  format?: string | null | undefined;
};
export type UpdateStageCanarySettingsInput = {
  deploymentId?: string | null | undefined;
  percentTraffic?: number | null | undefined;
  removeVariableOverrides?: ReadonlyArray<string> | null | undefined;
  setVariableOverrides?: ReadonlyArray<StageVariableInput> | null | undefined;
  useStageCache?: boolean | null | undefined;
};
export type StageMethodSettingInput = {
  httpMethod: StageHttpMethod;
  resourcePath: string;
  settings: MethodSettingInput;
};
export type MethodSettingInput = {
  blockAllTraffic?: boolean | null | undefined;
  cacheDataEncrypted?: boolean | null | undefined;
  cacheTtlInSeconds?: number | null | undefined;
  cachingEnabled?: boolean | null | undefined;
  dataTraceEnabled?: boolean | null | undefined;
  loggingLevel?: StageLoggingLevel | null | undefined;
  metricsEnabled?: boolean | null | undefined;
  requireAuthorizationForCacheControl?: boolean | null | undefined;
  throttlingBurstLimit?: number | null | undefined;
  throttlingRateLimit?: number | null | undefined;
  unauthorizedCacheControlHeaderStrategy?: UnauthorizedCacheControlHeaderStrategy | null | undefined;
};
export type relayDescribeMutation$variables = {
  input: UpdateStageInput;
};
export type relayDescribeMutation$data = {
  readonly change: {
    readonly stage?: {
      readonly canarySettings: {
        readonly deploymentId: string;
        readonly percentTraffic: number;
      } | null | undefined;
      readonly description: string | null | undefined;
      readonly id: string;
      readonly observedAt: string;
      readonly restApiId: string;
      readonly revision: string;
      readonly stageName: string;
    } | null | undefined;
    readonly userErrors?: ReadonlyArray<{
      readonly code: StageUserErrorCode;
      readonly field: ReadonlyArray<string> | null | undefined;
      readonly message: string;
    }>;
  } | null | undefined;
};
export type relayDescribeMutation = {
  response: relayDescribeMutation$data;
  variables: relayDescribeMutation$variables;
};

const node: ConcreteRequest = (function(){
var v0 = [
  {
    "defaultValue": null,
    "kind": "LocalArgument",
    "name": "input"
  }
],
v1 = [
  {
    "alias": "change",
    "args": [
      {
        "kind": "Variable",
        "name": "input",
        "variableName": "input"
      }
    ],
    "concreteType": "UpdateStagePayload",
    "kind": "LinkedField",
    "name": "updateStage",
    "plural": false,
    "selections": [
      {
        "kind": "InlineFragment",
        "selections": [
          {
            "alias": null,
            "args": null,
            "concreteType": "Stage",
            "kind": "LinkedField",
            "name": "stage",
            "plural": false,
            "selections": [
              {
                "alias": null,
                "args": null,
                "kind": "ScalarField",
                "name": "id",
                "storageKey": null
              },
              {
                "alias": null,
                "args": null,
                "kind": "ScalarField",
                "name": "restApiId",
                "storageKey": null
              },
              {
                "alias": null,
                "args": null,
                "kind": "ScalarField",
                "name": "stageName",
                "storageKey": null
              },
              {
                "alias": null,
                "args": null,
                "kind": "ScalarField",
                "name": "description",
                "storageKey": null
              },
              {
                "alias": null,
                "args": null,
                "kind": "ScalarField",
                "name": "revision",
                "storageKey": null
              },
              {
                "alias": null,
                "args": null,
                "kind": "ScalarField",
                "name": "observedAt",
                "storageKey": null
              },
              {
                "alias": null,
                "args": null,
                "concreteType": "CanarySettings",
                "kind": "LinkedField",
                "name": "canarySettings",
                "plural": false,
                "selections": [
                  {
                    "alias": null,
                    "args": null,
                    "kind": "ScalarField",
                    "name": "deploymentId",
                    "storageKey": null
                  },
                  {
                    "alias": null,
                    "args": null,
                    "kind": "ScalarField",
                    "name": "percentTraffic",
                    "storageKey": null
                  }
                ],
                "storageKey": null
              }
            ],
            "storageKey": null
          },
          {
            "alias": null,
            "args": null,
            "concreteType": "StageUserError",
            "kind": "LinkedField",
            "name": "userErrors",
            "plural": true,
            "selections": [
              {
                "alias": null,
                "args": null,
                "kind": "ScalarField",
                "name": "code",
                "storageKey": null
              },
              {
                "alias": null,
                "args": null,
                "kind": "ScalarField",
                "name": "message",
                "storageKey": null
              },
              {
                "alias": null,
                "args": null,
                "kind": "ScalarField",
                "name": "field",
                "storageKey": null
              }
            ],
            "storageKey": null
          }
        ],
        "type": "StageChangePayload",
        "abstractKey": "__isStageChangePayload"
      }
    ],
    "storageKey": null
  }
];
return {
  "fragment": {
    "argumentDefinitions": (v0/*:: as any*/),
    "kind": "Fragment",
    "metadata": null,
    "name": "relayDescribeMutation",
    "selections": (v1/*:: as any*/),
    "type": "Mutation",
    "abstractKey": null
  },
  "kind": "Request",
  "operation": {
    "argumentDefinitions": (v0/*:: as any*/),
    "kind": "Operation",
    "name": "relayDescribeMutation",
    "selections": (v1/*:: as any*/)
  },
  "params": {
    "cacheID": "7e12c541a814f9b929406fdbc331bb73",
    "id": null,
    "metadata": {},
    "name": "relayDescribeMutation",
    "operationKind": "mutation",
    "text": "mutation relayDescribeMutation(\n  $input: UpdateStageInput!\n) {\n  change: updateStage(input: $input) {\n    ... on StageChangePayload {\n      __isStageChangePayload: __typename\n      stage {\n        id\n        restApiId\n        stageName\n        description\n        revision\n        observedAt\n        canarySettings {\n          deploymentId\n          percentTraffic\n        }\n      }\n      userErrors {\n        code\n        message\n        field\n      }\n    }\n  }\n}\n"
  }
};
})();

(node as any).hash = "5c33c30759a32b9e3ed43177ddcd42e9";

export default node;
