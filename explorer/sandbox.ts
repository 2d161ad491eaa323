import { ApolloSandbox } from '@apollo/sandbox';
import { readyOperations, type ReadyOperation } from './operations.ts';

const SANDBOX_ORIGIN = 'https://sandbox.embed.apollographql.com';
/** For a frame that answers late, as behind a proxy that drops what it forbids. It is shown when it comes. */
const SILENT_MS = 4000;

const byId = (id: string): HTMLElement => {
  const element = document.getElementById(id);
  if (element === null) throw new Error(`The page has no #${id}.`);
  return element;
};
const main = byId('sandbox');
const status = byId('status');
const failure = byId('failure');
const hint = byId('hint');
const choice = byId('operation');

/** A frame that cannot be reached does not tell its parent so: silence and a failed request are the signs. */
function awaitSandbox(): void {
  const show = (shown: 'loading' | 'failed' | 'ready'): void => {
    status.hidden = shown !== 'loading';
    failure.hidden = shown !== 'failed';
    main.classList.toggle('ready', shown === 'ready');
  };
  const fail = (): void => {
    if (!main.classList.contains('ready')) show('failed');
  };
  show('loading');
  const silent = setTimeout(fail, SILENT_MS);
  fetch(SANDBOX_ORIGIN, { mode: 'no-cors', credentials: 'omit', referrerPolicy: 'no-referrer' }).catch(fail);
  const heard = ({ origin }: MessageEvent): void => {
    if (origin !== SANDBOX_ORIGIN) return;
    removeEventListener('message', heard);
    clearTimeout(silent);
    show('ready');
  };
  addEventListener('message', heard);
}

type InitialState = NonNullable<ConstructorParameters<typeof ApolloSandbox>[0]['initialState']>;
type Variables = NonNullable<Extract<InitialState, { variables?: unknown }>['variables']>;

const isObject = (value: unknown): value is Variables =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

let sandbox: ApolloSandbox | undefined;

/** Sandbox takes an operation only when it starts: another one is another start. */
function open({ document, variables: json, hint: text }: ReadyOperation): void {
  const variables: unknown = JSON.parse(json);
  if (!isObject(variables)) throw new Error('The variables of a ready operation are no object.');
  sandbox?.dispose();
  hint.textContent = text;
  awaitSandbox();
  sandbox = new ApolloSandbox({
    target: main,
    initialEndpoint: new URL('/graphql', location.href).href,
    initialState: { document, variables, pollForSchemaUpdates: false },
    endpointIsEditable: false,
    runTelemetry: false,
    // The page's policy allows no style attributes; sandbox.css has the rules.
    allowDynamicStyles: false,
  });
}

if (!(choice instanceof HTMLSelectElement)) throw new Error('The choice of operations is no select.');
choice.append(...readyOperations.map(({ title }) => new Option(title)));
const openChosen = (): void => {
  const chosen = readyOperations[choice.selectedIndex];
  if (chosen !== undefined) open(chosen);
};
choice.addEventListener('change', openChosen);
openChosen();
