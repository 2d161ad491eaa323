import { PlayIcon, useGraphiQL, useGraphiQLActions, useMonaco, type GraphiQLPlugin } from '@graphiql/react';
import { readyOperations, type ReadyOperation } from './operations.ts';

function ReadyOperations() {
  const queryEditor = useGraphiQL(({ queryEditor: editor }) => editor);
  const variableEditor = useGraphiQL(({ variableEditor: editor }) => editor);
  const monaco = useMonaco((state) => state.monaco);
  const actions = useGraphiQLActions();
  const loading = queryEditor === undefined || variableEditor === undefined;
  const open = ({ document, variables }: ReadyOperation): void => {
    if (loading) return;
    // What is in the editors now is the reader's own, if anything: it keeps its tab.
    const present = queryEditor.getValue().trim();
    if (present !== '' && present !== document.trim()) actions.addTab();
    // The editor would compare the new variables with the old operation, and underline them for half a second.
    const json = monaco?.languages.json.jsonDefaults;
    json?.setDiagnosticsOptions({ ...json.diagnosticsOptions, schemas: [] });
    queryEditor.setValue(document);
    variableEditor.setValue(variables);
  };
  return (
    <section aria-label="Ready operations">
      <div className="graphiql-doc-explorer-title">Ready operations</div>
      <p className="ready-operations-note">
        Run them one after the other on the sample data: each opens in a tab, with its variables. With
        authentication on, give your token under Headers: <code>{'{ "authorization": "Bearer …" }'}</code>
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
