/**
 * @generated SignedSource<<475f8a49a83ff9caa10482bbc9430840>>
 * @lightSyntaxTransform
 */

/* tslint:disable */
/* eslint-disable */
// @ts-nocheck

import { ReaderFragment } from 'relay-runtime';
import { FragmentRefs } from "relay-runtime";
export type relay_stage$data = {
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
  readonly " $fragmentType": "relay_stage";
};
export type relay_stage$key = {
  readonly " $data"?: relay_stage$data;
  readonly " $fragmentSpreads": FragmentRefs<"relay_stage">;
};

import relayRefetchStageQuery_graphql from './relayRefetchStageQuery.graphql';

const node: ReaderFragment = {
  "argumentDefinitions": [],
  "kind": "Fragment",
  "metadata": {
    "refetch": {
      "connection": null,
      "fragmentPathInResult": [
        "node"
      ],
      "operation": relayRefetchStageQuery_graphql,
      "identifierInfo": {
        "identifierField": "id",
        "identifierQueryVariableName": "id"
      }
    }
  },
  "name": "relay_stage",
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
  "type": "Stage",
  "abstractKey": null
};

(node as any).hash = "c7dd2d298e75f578085acbf98ce4dae9";

export default node;
