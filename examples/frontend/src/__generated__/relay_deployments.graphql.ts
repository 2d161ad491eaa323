/**
 * @generated SignedSource<<31ba0f08f658af13d78b4e96640f6ce7>>
 * @lightSyntaxTransform
 */

/* tslint:disable */
/* eslint-disable */
// @ts-nocheck

import { ReaderFragment } from 'relay-runtime';
import { FragmentRefs } from "relay-runtime";
export type relay_deployments$data = {
  readonly deployments: {
    readonly edges: ReadonlyArray<{
      readonly node: {
        readonly deploymentId: string;
        readonly id: string;
      };
    }>;
  } | null | undefined;
  readonly id: string;
  readonly " $fragmentType": "relay_deployments";
};
export type relay_deployments$key = {
  readonly " $data"?: relay_deployments$data;
  readonly " $fragmentSpreads": FragmentRefs<"relay_deployments">;
};

import relayDeploymentsQuery_graphql from './relayDeploymentsQuery.graphql';

const node: ReaderFragment = (function(){
var v0 = [
  "deployments"
],
v1 = {
  "alias": null,
  "args": null,
  "kind": "ScalarField",
  "name": "id",
  "storageKey": null
};
return {
  "argumentDefinitions": [
    {
      "defaultValue": null,
      "kind": "LocalArgument",
      "name": "after"
    },
    {
      "defaultValue": 2,
      "kind": "LocalArgument",
      "name": "first"
    }
  ],
  "kind": "Fragment",
  "metadata": {
    "connection": [
      {
        "count": "first",
        "cursor": "after",
        "direction": "forward",
        "path": (v0/*:: as any*/)
      }
    ],
    "refetch": {
      "connection": {
        "forward": {
          "count": "first",
          "cursor": "after"
        },
        "backward": null,
        "path": (v0/*:: as any*/)
      },
      "fragmentPathInResult": [
        "node"
      ],
      "operation": relayDeploymentsQuery_graphql,
      "identifierInfo": {
        "identifierField": "id",
        "identifierQueryVariableName": "id"
      }
    }
  },
  "name": "relay_deployments",
  "selections": [
    {
      "alias": "deployments",
      "args": [
        {
          "kind": "Literal",
          "name": "newestFirst",
          "value": true
        }
      ],
      "concreteType": "RestApiDeploymentConnection",
      "kind": "LinkedField",
      "name": "__relay_deployments_connection",
      "plural": false,
      "selections": [
        {
          "alias": null,
          "args": null,
          "concreteType": "RestApiDeploymentEdge",
          "kind": "LinkedField",
          "name": "edges",
          "plural": true,
          "selections": [
            {
              "alias": null,
              "args": null,
              "concreteType": "RestApiDeployment",
              "kind": "LinkedField",
              "name": "node",
              "plural": false,
              "selections": [
                (v1/*:: as any*/),
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
                  "name": "__typename",
                  "storageKey": null
                }
              ],
              "storageKey": null
            },
            {
              "alias": null,
              "args": null,
              "kind": "ScalarField",
              "name": "cursor",
              "storageKey": null
            }
          ],
          "storageKey": null
        },
        {
          "alias": null,
          "args": null,
          "concreteType": "PageInfo",
          "kind": "LinkedField",
          "name": "pageInfo",
          "plural": false,
          "selections": [
            {
              "alias": null,
              "args": null,
              "kind": "ScalarField",
              "name": "endCursor",
              "storageKey": null
            },
            {
              "alias": null,
              "args": null,
              "kind": "ScalarField",
              "name": "hasNextPage",
              "storageKey": null
            }
          ],
          "storageKey": null
        }
      ],
      "storageKey": "__relay_deployments_connection(newestFirst:true)"
    },
    (v1/*:: as any*/)
  ],
  "type": "RestApi",
  "abstractKey": null
};
})();

(node as any).hash = "48f2fa8b36426229fc063e5e90181f0e";

export default node;
