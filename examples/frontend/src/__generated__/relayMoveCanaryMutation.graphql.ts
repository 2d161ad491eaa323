/**
 * @generated SignedSource<<24d2784156b37bca66357dcf2e54a9cb>>
 * @lightSyntaxTransform
 */

/* tslint:disable */
/* eslint-disable */
// @ts-nocheck

import { ConcreteRequest } from 'relay-runtime';
export type StageUserErrorCode = "ACCESS_DENIED" | "ALREADY_EXISTS" | "CANARY_NOT_FOUND" | "CONFIRMATION_REQUIRED" | "CONFLICT" | "DEPLOYMENT_NOT_FOUND" | "INVALID_INPUT" | "LIMIT_EXCEEDED" | "NOT_FOUND" | "OUTCOME_UNKNOWN" | "PARTIALLY_APPLIED" | "PRECONDITION_FAILED" | "REJECTED" | "THROTTLED" | "%future added value";
export type SetCanarySettingsInput = {
  account?: string | null | undefined;
  confirm?: string | null | undefined;
  deploymentId?: string | null | undefined;
  dryRun?: boolean | null | undefined;
  expectedRevision?: string | null | undefined;
  percentTraffic?: number | null | undefined;
  region?: string | null | undefined;
  removeVariableOverrides?: ReadonlyArray<string> | null | undefined;
  restApiId: string;
  setVariableOverrides?: ReadonlyArray<StageVariableInput> | null | undefined;
  stageName: string;
  useStageCache?: boolean | null | undefined;
};
export type StageVariableInput = {
  name: string;
  value: string;
};
export type relayMoveCanaryMutation$variables = {
  input: SetCanarySettingsInput;
};
export type relayMoveCanaryMutation$data = {
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
export type relayMoveCanaryMutation$rawResponse = {
  readonly change: {
    readonly __isStageChangePayload: "SetCanarySettingsPayload";
    readonly stage: {
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
    readonly userErrors: ReadonlyArray<{
      readonly code: StageUserErrorCode;
      readonly field: ReadonlyArray<string> | null | undefined;
      readonly message: string;
    }>;
  } | null | undefined;
};
export type relayMoveCanaryMutation = {
  rawResponse: relayMoveCanaryMutation$rawResponse;
  response: relayMoveCanaryMutation$data;
  variables: relayMoveCanaryMutation$variables;
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
    "concreteType": "SetCanarySettingsPayload",
    "kind": "LinkedField",
    "name": "setCanarySettings",
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
    "name": "relayMoveCanaryMutation",
    "selections": (v1/*:: as any*/),
    "type": "Mutation",
    "abstractKey": null
  },
  "kind": "Request",
  "operation": {
    "argumentDefinitions": (v0/*:: as any*/),
    "kind": "Operation",
    "name": "relayMoveCanaryMutation",
    "selections": (v1/*:: as any*/)
  },
  "params": {
    "cacheID": "3f204ec26cfe9785967fab7627ceff4c",
    "id": null,
    "metadata": {},
    "name": "relayMoveCanaryMutation",
    "operationKind": "mutation",
    "text": "mutation relayMoveCanaryMutation(\n  $input: SetCanarySettingsInput!\n) {\n  change: setCanarySettings(input: $input) {\n    ... on StageChangePayload {\n      __isStageChangePayload: __typename\n      stage {\n        id\n        restApiId\n        stageName\n        description\n        revision\n        observedAt\n        canarySettings {\n          deploymentId\n          percentTraffic\n        }\n      }\n      userErrors {\n        code\n        message\n        field\n      }\n    }\n  }\n}\n"
  }
};
})();

(node as any).hash = "db2ea0675a2aa4ab00d6fd1205516a9d";

export default node;
