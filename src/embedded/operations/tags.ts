import { badRequest, validation } from '../errors/aws-exception.ts';
import { unverified } from '../errors/unverified.ts';
import { omitEmpty } from '../rules/omit-empty.ts';
import { withTags } from '../rules/tags.ts';
import { readInput } from '../wire/input.ts';
import { findApi, findStage, type Operation, type Context } from './operation.ts';

type Tags = Readonly<Record<string, string>>;

interface Tagged {
  readonly tags: Tags;
  write(tags: Tags): void;
}

/**
 * By the ARN of a REST API or stage, `arn:{partition}:apigateway:{region}::/restapis/{api}/stages/{stage}`
 * (docs/stage-api.md §1).
 */
function findTagged(context: Context, arn: string): Tagged {
  const path =
    /^arn:aws[a-z-]*:apigateway:(?<region>[a-z0-9-]+)::\/restapis\/(?<api>[^/]+)(\/stages\/(?<stage>[^/]+))?$/;
  const parts = path.exec(arn)?.groups;
  if (parts?.api === undefined || parts.region !== context.region) throw badRequest(unverified.tagArn(arn));
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

export const tagResource: Operation = (context, call) => {
  const given = readInput(call.body, 'tagResourceInput', (members) => members.requiredStringMap('tags'));
  const tagged = findTagged(context, call.label('resourceArn'));
  tagged.write(withTags(tagged.tags, given));
  return undefined;
};

/** Accepts keys that do not exist, but no system tags (§3). */
export const untagResource: Operation = (context, call) => {
  const keys = call.query.getAll('tagKeys');
  if (keys.length === 0) throw validation([unverified.missingMember('untagResourceInput.tagKeys')]);
  const tagged = findTagged(context, call.label('resourceArn'));
  const system = keys.find((key) => key.startsWith('aws:'));
  if (system !== undefined) throw badRequest(unverified.tagKey(system));
  tagged.write(Object.fromEntries(Object.entries(tagged.tags).filter(([key]) => !keys.includes(key))));
  return undefined;
};

/** AWS ignores `position` and `limit` (§1). */
export const getTags: Operation = (context, call) => ({
  tags: findTagged(context, call.label('resourceArn')).tags,
});
