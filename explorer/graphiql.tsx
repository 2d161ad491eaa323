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

const CLIENT_NAME = 'apollographql-client-name';

/** The history and the metrics say which client it was. The reader's own headers win. */
const fetchByName: typeof fetch = (url, init) => {
  const headers = new Headers(init?.headers);
  if (!headers.has(CLIENT_NAME)) headers.set(CLIENT_NAME, 'graphiql');
  return fetch(url, { ...init, headers });
};

createRoot(root).render(
  <GraphiQL
    fetcher={createGraphiQLFetcher({ url: '/graphql', fetch: fetchByName })}
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
      <a className="graphiql-logo-link to-console" href="/">
        Console
      </a>
    </GraphiQL.Logo>
  </GraphiQL>,
);
