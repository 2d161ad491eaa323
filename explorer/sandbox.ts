import { ApolloSandbox } from '@apollo/sandbox';
import { readyOperations, type ReadyOperation } from './operations.ts';

const SANDBOX_ORIGIN = 'https://sandbox.embed.apollographql.com';
/** A slow connection has Sandbox in a few seconds; after this, a person should hear what to do. */
const PATIENCE_MS = 8000;

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

/** A frame that cannot be reached tells its parent nothing, not even that: silence is the only sign. */
function awaitSandbox(): void {
  status.hidden = false;
  failure.hidden = true;
  main.classList.remove('ready');
  const impatient = setTimeout(() => {
    status.hidden = true;
    failure.hidden = false;
  }, PATIENCE_MS);
  const heard = ({ origin }: MessageEvent): void => {
    if (origin !== SANDBOX_ORIGIN) return;
    removeEventListener('message', heard);
    clearTimeout(impatient);
    status.hidden = true;
    failure.hidden = true;
    main.classList.add('ready');
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
