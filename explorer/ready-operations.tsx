import { PlayIcon, useGraphiQL, useGraphiQLActions, type GraphiQLPlugin } from '@graphiql/react';
import { readyOperations, type ReadyOperation } from './operations.ts';

function ReadyOperations() {
  const queryEditor = useGraphiQL(({ queryEditor: editor }) => editor);
  const variableEditor = useGraphiQL(({ variableEditor: editor }) => editor);
  const actions = useGraphiQLActions();
  const loading = queryEditor === undefined || variableEditor === undefined;
  const open = ({ document, variables }: ReadyOperation): void => {
    if (loading) return;
    // What is in the editors now is the reader's own, if anything: it keeps its tab.
    if (queryEditor.getValue().trim() !== '') actions.addTab();
    queryEditor.setValue(document);
    variableEditor.setValue(variables);
  };
  return (
    <section aria-label="Ready operations">
      <div className="graphiql-doc-explorer-title">Ready operations</div>
      <p className="ready-operations-note">
        Each opens in a tab, with variables for the sample data. With authentication on, give your token under
        Headers: <code>{'{ "authorization": "Bearer …" }'}</code>
      </p>
      <ul className="ready-operations">
        {readyOperations.map((operation) => (
          <li key={operation.title}>
            <button type="button" disabled={loading} onClick={() => open(operation)}>
              <strong>{operation.title}</strong>
              <span>{operation.hint}</span>
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
}

export const readyOperationsPlugin: GraphiQLPlugin = {
  title: 'Ready operations',
  icon: PlayIcon,
  content: ReadyOperations,
};
