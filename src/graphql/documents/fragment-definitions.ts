import { type DocumentNode, type FragmentDefinitionNode, Kind } from 'graphql';
import { oncePer } from './once-per.ts';

/** Fragments by name. */
export type Fragments = ReadonlyMap<string, FragmentDefinitionNode>;

/** The named fragments of a document. */
export const fragmentDefinitions = oncePer(({ definitions }: DocumentNode): Fragments => {
  const fragments = definitions.filter((each) => each.kind === Kind.FRAGMENT_DEFINITION);
  return new Map(fragments.map((fragment) => [fragment.name.value, fragment]));
});
