import { assumed } from '../errors/assumed.ts';
import { badRequest, validation } from '../errors/aws-exception.ts';
import { omitEmpty } from '../rules/omit-empty.ts';
import { withTags } from '../rules/tags.ts';
import { readInput } from '../wire/input.ts';
import { findClientCertificate } from './client-certificates.ts';
import { findApi, findStage, type Operation, type Context } from './operation.ts';

type Tags = Readonly<Record<string, string>>;

interface Tagged {
  readonly tags: Tags;
  write(tags: Tags): void;
}

/**
 * By the ARN of a REST API, a stage or a client certificate, `arn:{partition}:apigateway:{region}::/restapis/…`
 * (docs/stage-api.md §1). In any partition and Region: there is one state, whatever the Region of a request.
 */
const arnPath =
  /^arn:aws[a-z-]*:apigateway:[a-z0-9-]+::\/(restapis\/(?<api>[^/]+)(\/stages\/(?<stage>[^/]+))?|clientcertificates\/(?<certificate>[^/]+))$/;

function findTagged(context: Context, arn: string): Tagged {
  const parts = arnPath.exec(arn)?.groups;
  if (parts?.certificate !== undefined) return findTaggedCertificate(context, parts.certificate);
  if (parts?.api === undefined) throw badRequest(assumed.tagArn(arn));
  const api = findApi(context, parts.api);
  if (parts.stage === undefined) {
    return {
      tags: api.members.tags ?? {},
      write: (tags) => (api.members = { ...api.members, tags: omitEmpty(tags) }),
    };
  }
  const stage = findStage(api, parts.stage);
  return {
    tags: stage.tags ?? {},
    write: (tags) => api.stages.set(stage.stageName, { ...stage, tags: omitEmpty(tags) }),
  };
}

function findTaggedCertificate(context: Context, id: string): Tagged {
  const certificate = findClientCertificate(context, id);
  return {
    tags: certificate.tags ?? {},
    write: (tags) => context.store.clientCertificates.set(id, { ...certificate, tags: omitEmpty(tags) }),
  };
}

export const tagResource: Operation = (context, call) => {
  const given = readInput(call.body, 'tagResourceInput', (members) => members.requiredStringMap('tags'));
  const tagged = findTagged(context, call.label('resourceArn'));
  tagged.write(withTags(tagged.tags, given));
  return undefined;
};

/** Accepts keys that do not exist, but no system tags (§3). */
export const untagResource: Operation = (context, call) => {
  const keys = call.query.getAll('tagKeys');
  if (keys.length === 0) throw validation([assumed.missingMember('untagResourceInput.tagKeys')]);
  const tagged = findTagged(context, call.label('resourceArn'));
  const system = keys.find((key) => key.startsWith('aws:'));
  if (system !== undefined) throw badRequest(assumed.tagKey(system));
  tagged.write(Object.fromEntries(Object.entries(tagged.tags).filter(([key]) => !keys.includes(key))));
  return undefined;
};

/** AWS ignores `position` and `limit` (§1). */
export const getTags: Operation = (context, call) => ({
  tags: findTagged(context, call.label('resourceArn')).tags,
});
