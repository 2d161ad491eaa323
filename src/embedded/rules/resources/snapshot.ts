import { badRequest } from '../../errors/aws-exception.ts';
import { recorded } from '../../errors/recorded.ts';
import { pathOf } from '../../state/resource-tree.ts';
import type { ApiSummary, Method } from '../../state/resource.ts';
import type { RestApi } from '../../state/store.ts';

/** An API needs methods to be deployed, and each method an integration (docs/stage-api.md §1). */
export function checkDeployable(api: RestApi) {
  const methods = api.resources.values().flatMap(({ resourceMethods }) => Object.values(resourceMethods));
  if (methods.length === 0) throw badRequest(recorded.noMethods);
  if (methods.some(({ methodIntegration }) => !methodIntegration)) throw badRequest(recorded.noIntegration);
}

const summarize = ({ authorizationType, apiKeyRequired }: Method) => ({ authorizationType, apiKeyRequired });

/** The methods of an API as a deployment keeps them; resources without methods are left out. */
export const toApiSummary = ({ resources }: RestApi): ApiSummary =>
  Object.fromEntries(
    resources.values().flatMap((resource) => {
      const methods = Object.entries(resource.resourceMethods).map(
        ([verb, method]) => [verb, summarize(method)] as const,
      );
      return methods.length === 0
        ? []
        : [[pathOf(resources, resource), Object.fromEntries(methods)] as const];
    }),
  );
