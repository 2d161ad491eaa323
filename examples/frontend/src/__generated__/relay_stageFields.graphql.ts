/**
 * @generated SignedSource<<0b9a89dad3b31ef80d502faf13bc8d7d>>
 * @lightSyntaxTransform
 */

/* tslint:disable */
/* eslint-disable */
// @ts-nocheck

import { ReaderFragment } from 'relay-runtime';
import { FragmentRefs } from "relay-runtime";
export type relay_stageFields$data = {
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
  readonly " $fragmentType": "relay_stageFields";
};
export type relay_stageFields$key = {
  readonly " $data"?: relay_stageFields$data;
  readonly " $fragmentSpreads": FragmentRefs<"relay_stageFields">;
};

const node: ReaderFragment = {
  "argumentDefinitions": [],
  "kind": "Fragment",
  "metadata": null,
  "name": "relay_stageFields",
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

(node as any).hash = "df220945f728b91cf5c55503e6a710fd";

export default node;
