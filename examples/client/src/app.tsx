import { useQuery } from '@apollo/client/react';
import { ChangeCanary } from './change-canary.tsx';
import { showStage } from './operations.ts';
import { SideBySide } from './side-by-side.tsx';

interface Wanted {
  readonly restApiId: string;
  readonly stageName: string;
}

/** The address says which stage is shown, so that it can be sent to a colleague. */
function wantedStage(): Wanted {
  const given = new URLSearchParams(location.search);
  return { restApiId: given.get('api') ?? 'petstore01', stageName: given.get('stage') ?? 'prod' };
}

function Chooser({ restApiId, stageName }: Wanted) {
  return (
    <form className="chooser" aria-label="Stage to show">
      <label>
        API <input name="api" defaultValue={restApiId} required />
      </label>
      <label>
        Stage <input name="stage" defaultValue={stageName} required />
      </label>
      <button>Show</button>
    </form>
  );
}

function Stage(wanted: Wanted) {
  const { data, error, refetch } = useQuery(showStage, { variables: wanted });
  const again = <button onClick={() => void refetch()}>Load again</button>;
  if (error) {
    return (
      <p role="alert" className="problem">
        The stage could not be read: {error.message} {again}
      </p>
    );
  }
  if (data === undefined) return <p role="status">Loading …</p>;
  const { stage } = data;
  if (stage === null) {
    return (
      <p role="alert" className="problem">
        There is no stage <code>{wanted.stageName}</code> of <code>{wanted.restApiId}</code>.
      </p>
    );
  }
  return (
    <>
      <div className="title">
        <h1>
          {stage.restApi?.name ?? stage.restApiId} · {stage.stageName}
        </h1>
        {again}
      </div>
      <SideBySide stage={stage} />
      <ChangeCanary stage={stage} />
    </>
  );
}

export function App() {
  const wanted = wantedStage();
  return (
    <>
      <header>
        <strong>Canary</strong>
        <Chooser {...wanted} />
      </header>
      <main>
        <Stage {...wanted} />
      </main>
    </>
  );
}
