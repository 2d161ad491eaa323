/**
 * @generated SignedSource<<1b661d29b5be83a1f64418b903a4e359>>
 * @lightSyntaxTransform
 */

/* tslint:disable */
/* eslint-disable */
// @ts-nocheck

import { ConcreteRequest } from 'relay-runtime';
import { FragmentRefs } from "relay-runtime";
export type relayRefetchStageQuery$variables = {
  id: string;
};
export type relayRefetchStageQuery$data = {
  readonly node: {
    readonly " $fragmentSpreads": FragmentRefs<"relay_stage">;
  } | null | undefined;
};
export type relayRefetchStageQuery = {
  response: relayRefetchStageQuery$data;
  variables: relayRefetchStageQuery$variables;
};

const node: ConcreteRequest = (function(){
var v0 = [
  {
    "defaultValue": null,
    "kind": "LocalArgument",
    "name": "id"
  }
],
v1 = [
  {
    "kind": "Variable",
    "name": "id",
    "variableName": "id"
  }
];
return {
  "fragment": {
    "argumentDefinitions": (v0/*:: as any*/),
    "kind": "Fragment",
    "metadata": null,
    "name": "relayRefetchStageQuery",
    "selections": [
      {
        "alias": null,
        "args": (v1/*:: as any*/),
        "concreteType": null,
        "kind": "LinkedField",
        "name": "node",
        "plural": false,
        "selections": [
          {
            "args": null,
            "kind": "FragmentSpread",
            "name": "relay_stage"
          }
        ],
        "storageKey": null
      }
    ],
    "type": "Query",
    "abstractKey": null
  },
  "kind": "Request",
  "operation": {
    "argumentDefinitions": (v0/*:: as any*/),
    "kind": "Operation",
    "name": "relayRefetchStageQuery",
    "selections": [
      {
        "alias": null,
        "args": (v1/*:: as any*/),
        "concreteType": null,
        "kind": "LinkedField",
        "name": "node",
        "plural": false,
        "selections": [
          {
            "alias": null,
            "args": null,
            "kind": "ScalarField",
            "name": "__typename",
            "storageKey": null
          },
          {
            "alias": null,
            "args": null,
            "kind": "ScalarField",
            "name": "id",
            "storageKey": null
          },
          {
            "kind": "InlineFragment",
            "selections": [
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
            "type": "Stage",
            "abstractKey": null
          }
        ],
        "storageKey": null
      }
    ]
  },
  "params": {
    "cacheID": "4f44777436a9573150153ab5a47a6aba",
    "id": null,
    "metadata": {},
    "name": "relayRefetchStageQuery",
    "operationKind": "query",
    "text": "query relayRefetchStageQuery(\n  $id: ID!\n) {\n  node(id: $id) {\n    __typename\n    ...relay_stage\n    id\n  }\n}\n\nfragment relay_stage on Stage {\n  id\n  restApiId\n  stageName\n  description\n  revision\n  observedAt\n  canarySettings {\n    deploymentId\n    percentTraffic\n  }\n}\n"
  }
};
})();

(node as any).hash = "c7dd2d298e75f578085acbf98ce4dae9";

export default node;
