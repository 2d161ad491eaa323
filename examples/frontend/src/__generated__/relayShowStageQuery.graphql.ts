/**
 * @generated SignedSource<<abf5164925b570dd2ec553b7d8ecc948>>
 * @lightSyntaxTransform
 */

/* tslint:disable */
/* eslint-disable */
// @ts-nocheck

import { ConcreteRequest } from 'relay-runtime';
export type relayShowStageQuery$variables = {
  restApiId: string;
  stageName: string;
};
export type relayShowStageQuery$data = {
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
};
export type relayShowStageQuery = {
  response: relayShowStageQuery$data;
  variables: relayShowStageQuery$variables;
};

const node: ConcreteRequest = (function(){
var v0 = [
  {
    "defaultValue": null,
    "kind": "LocalArgument",
    "name": "restApiId"
  },
  {
    "defaultValue": null,
    "kind": "LocalArgument",
    "name": "stageName"
  }
],
v1 = [
  {
    "alias": null,
    "args": [
      {
        "kind": "Variable",
        "name": "restApiId",
        "variableName": "restApiId"
      },
      {
        "kind": "Variable",
        "name": "stageName",
        "variableName": "stageName"
      }
    ],
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
  }
];
return {
  "fragment": {
    "argumentDefinitions": (v0/*:: as any*/),
    "kind": "Fragment",
    "metadata": null,
    "name": "relayShowStageQuery",
    "selections": (v1/*:: as any*/),
    "type": "Query",
    "abstractKey": null
  },
  "kind": "Request",
  "operation": {
    "argumentDefinitions": (v0/*:: as any*/),
    "kind": "Operation",
    "name": "relayShowStageQuery",
    "selections": (v1/*:: as any*/)
  },
  "params": {
    "cacheID": "a8775fa8954c58d3bceaca864a984e61",
    "id": null,
    "metadata": {},
    "name": "relayShowStageQuery",
    "operationKind": "query",
    "text": "query relayShowStageQuery(\n  $restApiId: ID!\n  $stageName: String!\n) {\n  stage(restApiId: $restApiId, stageName: $stageName) {\n    id\n    restApiId\n    stageName\n    description\n    revision\n    observedAt\n    canarySettings {\n      deploymentId\n      percentTraffic\n    }\n  }\n}\n"
  }
};
})();

(node as any).hash = "3e0748ae2007d5a6b1896b0b4ec7b3f9";

export default node;
