import type { StageRowFragment } from '../__generated__/graphql.ts';
import { stageHref, type StageKey } from '../address.ts';
import { Ago } from '../parts/time.tsx';
import { TrafficBar } from '../parts/traffic.tsx';
import { percent } from '../words/values.ts';

export interface Choosing {
  readonly isChosen: (id: string) => boolean;
  readonly onChoose: (id: string, key: StageKey) => void;
}

function Row({ stage, isChosen, onChoose }: Choosing & { stage: StageRowFragment }) {
  const { id, stageName, description, deploymentId, canarySettings: canary, accessLogSettings: log } = stage;
  const hasLog = log?.destinationArn != null && log.format !== null;
  return (
    <tr>
      <td className="choose">
        <input
          type="checkbox"
          aria-label={`Compare ${stageName} of ${stage.restApiId}`}
          checked={isChosen(id)}
          onChange={() => onChoose(id, stage)}
        />
      </td>
      <th scope="row">
        <a href={stageHref(stage)}>{stageName}</a>
        {description !== null && <span className="hint">{description}</span>}
      </th>
      <td data-label="Deployment">
        <code>{deploymentId}</code>
      </td>
      <td data-label="Canary">
        {canary === null ? (
          <span className="absent">none</span>
        ) : (
          <span className="share">
            <TrafficBar share={canary.percentTraffic} /> {percent(canary.percentTraffic)}
          </span>
        )}
      </td>
      <td data-label="Access log">{hasLog ? 'on' : <span className="warning">off</span>}</td>
      <td data-label="Last changed">
        <Ago at={stage.lastUpdatedDate} />
      </td>
      <td data-label="Seen">
        <Ago at={stage.observedAt} />
      </td>
    </tr>
  );
}

interface ApiTableProps extends Choosing {
  readonly name: string;
  readonly restApiId: string;
  /** Account and Region, where there are several targets. */
  readonly place: string;
  readonly stages: readonly StageRowFragment[] | null;
}

/** The stages of one API. */
export function ApiTable({ name, restApiId, place, stages, ...choosing }: ApiTableProps) {
  const title = `api-${place}-${restApiId}`.replaceAll(/\W+/g, '-');
  return (
    <section className="card api" aria-labelledby={title}>
      <header>
        <h2 id={title}>{name}</h2>
        <p className="hint">
          <code>{restApiId}</code> {place}
        </p>
      </header>
      {stages === null && <p className="warning">Its stages could not be read.</p>}
      {stages?.length === 0 && <p>This API has no stage.</p>}
      {stages !== null && stages.length > 0 && (
        <table className="stacks">
          <thead>
            <tr>
              <td />
              <th scope="col">Stage</th>
              <th scope="col">Deployment</th>
              <th scope="col">Canary</th>
              <th scope="col">Access log</th>
              <th scope="col">Last changed</th>
              <th scope="col">Seen</th>
            </tr>
          </thead>
          <tbody>
            {stages.map((stage) => (
              <Row key={stage.id} stage={stage} {...choosing} />
            ))}
          </tbody>
        </table>
      )}
    </section>
  );
}
