import { type Change, CriticalityLevel, diff } from '@graphql-inspector/core';
import { buildASTSchema, type DocumentNode, type GraphQLSchema, parse } from 'graphql';
import { costChanges, scopeChanges } from './directive-changes.ts';

/** A breaking change that its author has declared. */
export interface Declared {
  /** As the check names it. */
  readonly change: string;
  /** Why it is worth it, and what those who are broken do about it. */
  readonly why: string;
}

/** Without these a neighbour no longer composes, or a contract no longer has the field. */
const RELIED_ON = ['key', 'shareable', 'tag'];

const schemaOf = (sdl: DocumentNode): GraphQLSchema =>
  buildASTSchema(sdl, { assumeValid: true, assumeValidSDL: true });

function breaks({ criticality, path = '', ...change }: Change): boolean {
  const type = String(change.type);
  if (criticality.level === CriticalityLevel.Breaking) return true;
  // An operation that leaves the value out does something else from now on.
  if (/DEFAULT_(VALUE_)?CHANGED$/.test(type)) return true;
  // Every version of federation shuts out the gateways that are older than it.
  if (path === '.@link.url') return true;
  return (
    type.startsWith('DIRECTIVE_USAGE') &&
    type.endsWith('REMOVED') &&
    RELIED_ON.some((name) => path.includes(`.@${name}`))
  );
}

/**
 * One line for each change from one SDL to the other that breaks operations, neighbours or contracts, or that makes routers refuse
 * what they passed, sorted.
 */
export async function breakingChanges(before: string, after: string): Promise<string[]> {
  const [sdlBefore, sdlAfter] = [parse(before), parse(after)];
  const [schemaBefore, schemaAfter] = [schemaOf(sdlBefore), schemaOf(sdlAfter)];
  const changes = await diff(schemaBefore, schemaAfter);
  const lines = [
    ...changes.filter(breaks).map(({ path = '', message }) => `${path}: ${message}`),
    ...costChanges(schemaBefore, schemaAfter),
    ...scopeChanges(sdlBefore, sdlAfter, schemaBefore),
  ];
  return [...new Set(lines)].sort();
}

/** Breaking changes that are not declared, and declared ones that do not happen. */
export function judge(changes: readonly string[], declared: readonly Declared[]) {
  const names = new Set(declared.map(({ change }) => change));
  return {
    undeclared: changes.filter((change) => !names.has(change)),
    stale: [...names].filter((name) => !changes.includes(name)),
  };
}
