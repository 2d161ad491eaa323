import './monaco-workers.ts';
import { createGraphiQLFetcher } from '@graphiql/toolkit';
import { GraphiQL, HISTORY_PLUGIN } from 'graphiql';
import { createRoot } from 'react-dom/client';
import 'graphiql/style.css';
import { readyOperations } from './operations.ts';
import { readyOperationsPlugin } from './ready-operations.tsx';

const root = document.getElementById('graphiql');
if (root === null) throw new Error('The page has no #graphiql.');

/** On a first visit the first ready operation is open; later, what its reader left there. */
const [first] = localStorage.getItem('graphiql:tabState') === null ? readyOperations : [];

createRoot(root).render(
  <GraphiQL
    fetcher={createGraphiQLFetcher({ url: '/graphql' })}
    {...(first && { initialQuery: first.document, initialVariables: first.variables })}
    defaultEditorToolsVisibility="variables"
    defaultQuery=""
    schemaDescription
    plugins={[readyOperationsPlugin, HISTORY_PLUGIN]}
    visiblePlugin={readyOperationsPlugin}
  >
    <GraphiQL.Logo>
      <a className="graphiql-logo-link" href="/explorer/sandbox">
        Apollo Sandbox
      </a>
    </GraphiQL.Logo>
  </GraphiQL>,
);
