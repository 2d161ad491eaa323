import { useState } from 'react';
import type { StageHttpMethod } from '../__generated__/graphql.ts';
import { throttle } from './change-request.ts';
import { LIMIT_MISSING, NumberField, numberOf, PlanForm, UNCHANGED } from './form-fields.tsx';
import type { FormProps, Intent } from './intent.ts';

/** A method, or the default entry (`*` with `ALL`), with the throttle that it has now. */
export interface ThrottledMethod {
  readonly resourcePath: string;
  readonly httpMethod: StageHttpMethod;
  readonly rate: number;
  readonly burst: number;
}

function ThrottleForm({
  method,
  onRequest,
  onProblem,
  onCancel,
  busy,
  problemOf,
}: FormProps & { method: ThrottledMethod }) {
  const [rate, setRate] = useState(String(method.rate));
  const [burst, setBurst] = useState(String(method.burst));
  const [block, setBlock] = useState(false);
  const isZero = numberOf(rate) === 0 || numberOf(burst) === 0;
  const plan = () => {
    const throttlingRateLimit = numberOf(rate);
    const throttlingBurstLimit = numberOf(burst);
    if (throttlingRateLimit === undefined || throttlingBurstLimit === undefined) {
      onProblem(
        LIMIT_MISSING,
        throttlingRateLimit === undefined ? 'throttlingRateLimit' : 'throttlingBurstLimit',
      );
      return;
    }
    const settings = {
      ...(throttlingRateLimit !== method.rate && { throttlingRateLimit }),
      ...(throttlingBurstLimit !== method.burst && { throttlingBurstLimit }),
      ...(isZero && block && { blockAllTraffic: true }),
    };
    if (Object.keys(settings).length === 0) onProblem(UNCHANGED);
    else onRequest(throttle(method.resourcePath, method.httpMethod, settings));
  };
  return (
    <PlanForm busy={busy} onCancel={onCancel} onPlan={plan}>
      <NumberField
        label="Requests per second"
        problem={problemOf('throttlingRateLimit')}
        value={rate}
        onChange={setRate}
        isFirst
      />
      <NumberField
        label="Requests at once (burst)"
        problem={problemOf('throttlingBurstLimit')}
        value={burst}
        onChange={setBurst}
      />
      {isZero && (
        <p className="field">
          <label>
            <input type="checkbox" checked={block} onChange={({ target }) => setBlock(target.checked)} />{' '}
            Refuse every request: 0 is meant
          </label>
        </p>
      )}
      <p className="hint">-1 means no limit but that of the account.</p>
    </PlanForm>
  );
}

export const throttleIntent = (method: ThrottledMethod): Intent => ({
  title:
    method.resourcePath === '*'
      ? 'Throttle all methods without settings of their own'
      : `Throttle ${method.httpMethod} ${method.resourcePath}`,
  fields: ['throttlingRateLimit', 'throttlingBurstLimit'],
  form: (props) => <ThrottleForm {...props} method={method} />,
});
