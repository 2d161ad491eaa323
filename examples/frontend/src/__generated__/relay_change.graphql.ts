/**
 * @generated SignedSource<<674de7cfd8de0f4123b5d228888aa7f0>>
 * @lightSyntaxTransform
 */

/* tslint:disable */
/* eslint-disable */
// @ts-nocheck

import { ReaderFragment } from 'relay-runtime';
export type StageUserErrorCode = "ACCESS_DENIED" | "ALREADY_EXISTS" | "CANARY_NOT_FOUND" | "CONFIRMATION_REQUIRED" | "CONFLICT" | "DEPLOYMENT_NOT_FOUND" | "INVALID_INPUT" | "LIMIT_EXCEEDED" | "NOT_FOUND" | "OUTCOME_UNKNOWN" | "PARTIALLY_APPLIED" | "PRECONDITION_FAILED" | "REJECTED" | "THROTTLED" | "%future added value";
import { FragmentRefs } from "relay-runtime";
export type relay_change$data = {
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
  readonly " $fragmentType": "relay_change";
};
export type relay_change$key = {
  readonly " $data"?: relay_change$data;
  readonly " $fragmentSpreads": FragmentRefs<"relay_change">;
};

const node: ReaderFragment = {
  "argumentDefinitions": [],
  "kind": "Fragment",
  "metadata": null,
  "name": "relay_change",
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
};

(node as any).hash = "ff8ec8f6003cfd68b7b4bb2494967218";

export default node;
