import { useState } from 'react';
import type { LiveQuery } from '../__generated__/graphql.ts';
import { throttleIntent } from '../changes/throttle-form.tsx';
import { Section } from '../parts/section.tsx';
import { awsThrottle } from '../words/method-settings.ts';
import { limitOf, plural } from '../words/values.ts';
import { useOffers, useStageOnScreen } from './stage-context.ts';

type Method = NonNullable<NonNullable<LiveQuery['stage']>['methods']>[number];

const SHOWN_AT_FIRST = 25;

const sources = { METHOD: 'own', STAGE: 'stage’s default', DEFAULT: 'AWS’s default' } as const;

function access({ authorizationType, apiKeyRequired }: Method): string {
  const type = authorizationType === null || authorizationType === 'NONE' ? '' : authorizationType;
  const parts = [type, apiKeyRequired ? 'API key' : ''].filter(Boolean);
  return parts.length > 0 ? parts.join(', ') : 'open';
}

function MethodRow({ method }: { method: Method }) {
  const { begin } = useStageOnScreen();
  const offers = useOffers();
  const { resourcePath, httpMethod, effectiveSetting: setting } = method;
  const { throttlingRateLimit: rate, throttlingBurstLimit: burst } = setting;
  return (
    <tr>
      <th scope="row">
        <span className={`verb ${httpMethod.toLowerCase()}`}>{httpMethod}</span> <code>{resourcePath}</code>
      </th>
      <td data-label="Access">{access(method)}</td>
      <td data-label="Requests per second">{limitOf(rate)}</td>
      <td data-label="Burst">{limitOf(burst)}</td>
      <td data-label="Execution log">{(setting.loggingLevel ?? 'OFF').toLowerCase()}</td>
      <td data-label="Cache">{setting.cachingEnabled ? `${String(setting.cacheTtlInSeconds)} s` : 'off'}</td>
      <td data-label="Settings">{sources[setting.source]}</td>
      <td>
        {offers('setMethodSetting') && (
          <button onClick={() => begin(throttleIntent({ resourcePath, httpMethod, rate, burst }))}>
            Throttle … <span className="visually-hidden">{`${httpMethod} ${resourcePath}`}</span>
          </button>
        )}
      </td>
    </tr>
  );
}

function MethodTable({ methods }: { methods: readonly Method[] }) {
  return (
    <div className="scroll" tabIndex={0} role="region" aria-label="Methods with their settings">
      <table className="stacks">
        <thead>
          <tr>
            <th scope="col">Method</th>
            <th scope="col">Access</th>
            <th scope="col">Per second</th>
            <th scope="col">Burst</th>
            <th scope="col">Log</th>
            <th scope="col">Cache</th>
            <th scope="col">Settings</th>
            <td />
          </tr>
        </thead>
        <tbody>
          {methods.map((method) => (
            <MethodRow key={`${method.httpMethod} ${method.resourcePath}`} method={method} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** The methods, with a search where they are many. */
function FoundMethods({ methods }: { methods: readonly Method[] }) {
  const [all, setAll] = useState(false);
  const [search, setSearch] = useState('');
  const found = methods.filter(({ httpMethod, resourcePath }) =>
    `${httpMethod} ${resourcePath}`.toLowerCase().includes(search.toLowerCase()),
  );
  const shown = all ? found : found.slice(0, SHOWN_AT_FIRST);
  return (
    <>
      {methods.length === 0 && <p>The deployment has no methods.</p>}
      {methods.length > SHOWN_AT_FIRST && (
        <p className="field">
          <label htmlFor="method-search">Find a method</label>
          <input
            id="method-search"
            type="search"
            value={search}
            onChange={({ target }) => setSearch(target.value)}
          />
        </p>
      )}
      {shown.length > 0 && <MethodTable methods={shown} />}
      {found.length > shown.length && (
        <button onClick={() => setAll(true)}>Show all {plural(found.length, 'method')}</button>
      )}
    </>
  );
}

interface MethodsSectionProps {
  readonly methods: readonly Method[] | undefined;
  readonly loading: boolean;
}

/** The methods that the stage serves, with the settings that they have in effect. */
export function MethodsSection({ methods, loading }: MethodsSectionProps) {
  const { stage, begin } = useStageOnScreen();
  const offers = useOffers();
  const shared = stage.methodSettings.find(({ key }) => key === '*/*');
  const standard = {
    resourcePath: '*',
    httpMethod: 'ALL',
    rate: shared?.throttlingRateLimit ?? awsThrottle.throttlingRateLimit,
    burst: shared?.throttlingBurstLimit ?? awsThrottle.throttlingBurstLimit,
  } as const;
  return (
    <Section
      title="Methods"
      actions={
        offers('setMethodSetting') && (
          <button onClick={() => begin(throttleIntent(standard))}>Throttle by default …</button>
        )
      }
    >
      {loading && methods === undefined && <p role="status">Loading …</p>}
      {methods !== undefined && <FoundMethods methods={methods} />}
    </Section>
  );
}
