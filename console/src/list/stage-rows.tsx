import { useId } from 'react';
import type { StageRowFragment } from '../__generated__/graphql.ts';
import { stageHref, type StageKey } from '../address.ts';
import { Ago } from '../parts/time.tsx';
import { TrafficBar } from '../parts/traffic.tsx';
import { percent } from '../words/values.ts';

export interface Choosing {
  readonly isChosen: (id: string) => boolean;
  readonly onChoose: (id: string, key: StageKey) => void;
}

interface RowProps extends Choosing {
  readonly stage: StageRowFragment;
  readonly place: string;
}

function Row({ stage, place, isChosen, onChoose }: RowProps) {
  const { id, stageName, description, deploymentId, canarySettings: canary, accessLogSettings: log } = stage;
  const hasLog = log?.destinationArn != null && log.format !== null;
  return (
    <tr>
      <td className="choose">
        <input
          type="checkbox"
          aria-label={`Compare ${stageName} of ${stage.restApiId} ${place}`.trim()}
          checked={isChosen(id)}
          onChange={() => onChoose(id, stage)}
        />
      </td>
      <th scope="row">
        <a href={stageHref(stage)}>{stageName}</a>
        {place !== '' && <span className="hint">{place}</span>}
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

/** Account and Region of a stage; empty where there is one target only. */
export type PlaceOf = (stage: StageRowFragment) => string;

interface ApiTableProps extends Choosing {
  readonly name: string;
  /** What tells APIs of one name apart. */
  readonly ids: readonly string[];
  readonly placeOf: PlaceOf;
  readonly stages: readonly StageRowFragment[] | null;
}

/** The stages of an API, or of all APIs of one name. */
export function ApiTable({ name, ids, placeOf, stages, ...choosing }: ApiTableProps) {
  const title = useId();
  return (
    <section className="card api" aria-labelledby={title}>
      <header>
        <h2 id={title}>{name}</h2>
        <p className="hint">
          <code>{ids.join(', ')}</code>
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
              <Row key={stage.id} stage={stage} place={placeOf(stage)} {...choosing} />
            ))}
          </tbody>
        </table>
      )}
    </section>
  );
}
