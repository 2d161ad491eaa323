/** A ready operation: what both pages offer, and what a test runs against the real gateway. */
export interface ReadyOperation {
  readonly title: string;
  readonly hint: string;
  readonly document: string;
  /** As JSON, a value on each line, for a person to edit. */
  readonly variables: string;
}

const documents = import.meta.glob<string>('../examples/operations/*.graphql', {
  query: '?raw',
  import: 'default',
  eager: true,
});
const variables = import.meta.glob<string>('../examples/operations/*.json', {
  query: '?raw',
  import: 'default',
  eager: true,
});

/** The files of examples/operations, in the order of their names; title and hint are their first two comments. */
export const readyOperations: readonly ReadyOperation[] = Object.entries(documents)
  .sort(([one], [other]) => (one < other ? -1 : 1))
  .map(([path, file]) => {
    const [, title = '', hint = '', document = file] = /^# (.*)\n# (.*)\n([^]*)$/.exec(file) ?? [];
    const json: unknown = JSON.parse(variables[path.replace(/graphql$/, 'json')] ?? '{}');
    return { title, hint, document, variables: JSON.stringify(json, null, 2) };
  });
