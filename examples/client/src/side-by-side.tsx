import type { StageAndCanaryFragment } from './__generated__/graphql.ts';

type Canary = NonNullable<StageAndCanaryFragment['canarySettings']>;
type Variable = StageAndCanaryFragment['variables'][number];

const percent = (share: number): string => `${String(Number(share.toFixed(2)))} %`;

function Deployment({ deployment }: { deployment: StageAndCanaryFragment['deployment'] }) {
  if (deployment === null) return <>unknown</>;
  return (
    <>
      {deployment.description ?? 'no description'} <code>{deployment.deploymentId}</code>
    </>
  );
}

function Value({ variable }: { variable: Variable | undefined }) {
  if (variable === undefined) return <span className="absent">not set</span>;
  return variable.redacted ? <span className="absent">hidden</span> : <code>{variable.value}</code>;
}

const namesOf = (variables: readonly Variable[]) => variables.map(({ name }) => name);

function VariableRow({
  name,
  stage,
  canary,
}: {
  name: string;
  stage: StageAndCanaryFragment;
  canary: Canary;
}) {
  const own = stage.variables.find((each) => each.name === name);
  const its = canary.effectiveVariables.find((each) => each.name === name);
  const differs = own?.value !== its?.value;
  return (
    <tr className={differs ? 'differs' : ''}>
      <th scope="row">
        <code>{name}</code> {differs && <span className="badge">differs</span>}
      </th>
      <td>
        <Value variable={own} />
      </td>
      <td>
        <Value variable={its} />
      </td>
    </tr>
  );
}

/** The stage and its canary, row by row. */
export function SideBySide({ stage }: { stage: StageAndCanaryFragment }) {
  const { canarySettings: canary } = stage;
  if (canary === null) {
    return (
      <p role="status" className="card">
        This stage has no canary: all traffic goes to <Deployment deployment={stage.deployment} />.
      </p>
    );
  }
  const names = new Set([...namesOf(stage.variables), ...namesOf(canary.effectiveVariables)]);
  return (
    <section className="card" aria-label="Stage and canary">
      <div className="traffic" aria-hidden="true">
        <div style={{ width: `${String(canary.percentTraffic)}%` }} />
      </div>
      <table>
        <thead>
          <tr>
            <td />
            <th scope="col">Stage</th>
            <th scope="col">Canary</th>
          </tr>
        </thead>
        <tbody>
          <tr>
            <th scope="row">Traffic</th>
            <td>{percent(100 - canary.percentTraffic)}</td>
            <td>{percent(canary.percentTraffic)}</td>
          </tr>
          <tr>
            <th scope="row">Deployment</th>
            <td>
              <Deployment deployment={stage.deployment} />
            </td>
            <td>
              <Deployment deployment={canary.deployment} />
            </td>
          </tr>
          {[...names].sort().map((name) => (
            <VariableRow key={name} name={name} stage={stage} canary={canary} />
          ))}
        </tbody>
      </table>
    </section>
  );
}
