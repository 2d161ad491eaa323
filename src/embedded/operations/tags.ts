import { badRequest, validation } from '../errors/aws-exception.ts';
import { unverified } from '../errors/unverified.ts';
import { orAbsent } from '../rules/absent.ts';
import { withTags } from '../rules/tags.ts';
import { readInput } from '../wire/input.ts';
import { findApi, findStage, type Operation, type World } from './operation.ts';

type Tags = Readonly<Record<string, string>>;

interface Tagged {
  readonly tags: Tags;
  write(tags: Tags): void;
}

/** §1: `arn:{partition}:apigateway:{region}::/restapis/{api}/stages/{stage}`; REST APIs have tags as well. */
function findTagged(world: World, arn: string): Tagged {
  const path =
    /^arn:aws[a-z-]*:apigateway:(?<region>[a-z0-9-]+)::\/restapis\/(?<api>[^/]+)(\/stages\/(?<stage>[^/]+))?$/;
  const parts = path.exec(arn)?.groups;
  if (parts?.api === undefined || parts.region !== world.region) throw badRequest(unverified.tagArn(arn));
  const api = findApi(world, parts.api);
  if (parts.stage === undefined) {
    return {
      tags: api.members.tags ?? {},
      write: (tags) => (api.members = { ...api.members, tags: orAbsent(tags) }),
    };
  }
  const stage = findStage(api, parts.stage);
  return {
    tags: stage.tags ?? {},
    write: (tags) => api.stages.set(stage.stageName, { ...stage, tags: orAbsent(tags) }),
  };
}

export const tagResource: Operation = (world, call) => {
  const given = readInput(call.body, 'tagResourceInput', (members) => members.requiredStringMap('tags'));
  const tagged = findTagged(world, call.label('resourceArn'));
  tagged.write(withTags(tagged.tags, given));
  return undefined;
};

/** Removing a tag that is not there changes nothing; any key is taken (§3), but system tags cannot be removed. */
export const untagResource: Operation = (world, call) => {
  const keys = call.query.getAll('tagKeys');
  if (keys.length === 0) throw validation([unverified.missingMember('untagResourceInput.tagKeys')]);
  const tagged = findTagged(world, call.label('resourceArn'));
  const system = keys.find((key) => key.startsWith('aws:'));
  if (system !== undefined) throw badRequest(unverified.tagKey(system));
  tagged.write(Object.fromEntries(Object.entries(tagged.tags).filter(([key]) => !keys.includes(key))));
  return undefined;
};

/** `position` and `limit` are in the model and do nothing (§1). */
export const getTags: Operation = (world, call) => ({
  tags: findTagged(world, call.label('resourceArn')).tags,
});
