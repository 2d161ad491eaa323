import { useState } from 'react';
import { moveTraffic } from './change-request.ts';
import { NumberField, numberOf, PlanForm, SHARE_MISSING } from './form-fields.tsx';
import type { FormProps, Intent } from './intent.ts';

function TrafficForm({ now, onRequest, onProblem, onCancel, busy, problemOf }: FormProps & { now: number }) {
  const [share, setShare] = useState(String(now));
  const plan = () => {
    const percent = numberOf(share);
    if (percent === undefined) onProblem(SHARE_MISSING, 'percentTraffic');
    else onRequest(moveTraffic(percent));
  };
  return (
    <PlanForm busy={busy} onCancel={onCancel} onPlan={plan}>
      <NumberField
        label="Share of the traffic, in percent"
        problem={problemOf('percentTraffic')}
        value={share}
        onChange={setShare}
        isFirst
      />
    </PlanForm>
  );
}

export const trafficIntent = (now: number): Intent => ({
  title: 'Change the traffic of the canary',
  fields: ['percentTraffic'],
  form: (props) => <TrafficForm {...props} now={now} />,
});
