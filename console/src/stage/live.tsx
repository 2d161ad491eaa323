import type { LiveQuery, StageDetailsFragment } from '../__generated__/graphql.ts';
import { startIntent, trafficIntent } from '../changes/forms.tsx';
import { abandon, promote } from '../changes/wish.ts';
import { Section } from '../parts/section.tsx';
import { Ago } from '../parts/time.tsx';
import { Traffic } from '../parts/traffic.tsx';
import { plural } from '../words/values.ts';
import { useOffers, useStageOnScreen } from './stage-context.ts';

type Canary = NonNullable<StageDetailsFragment['canarySettings']>;
type Differences = NonNullable<NonNullable<NonNullable<LiveQuery['stage']>['canarySettings']>['differences']>;

export interface Deployment {
  readonly deploymentId: string;
  readonly description: string | null;
  readonly createdDate: string;
}

const methodsOf = (methods: readonly { readonly httpMethod: string; readonly resourcePath: string }[]) =>
  methods.map(({ httpMethod, resourcePath }) => `${httpMethod} ${resourcePath}`).join(', ');

/** What the canary has that the stage has not. */
function CanaryDifferences({
  canary,
  differences,
}: {
  canary: Canary;
  differences: Differences | null | undefined;
}) {
  const overrides = canary.stageVariableOverrides;
  return (
    <ul className="differences">
      {overrides.map(({ name, value, redacted }) => (
        <li key={name}>
          Variable <code>{name}</code> is {redacted ? 'another one (hidden)' : <code>{value}</code>} for the
          canary.
        </li>
      ))}
      {differences?.isOlder === true && (
        <li className="warning">The canary’s deployment is the older one.</li>
      )}
      {differences != null && differences.added.length > 0 && <li>New: {methodsOf(differences.added)}</li>}
      {differences != null && differences.removed.length > 0 && (
        <li className="warning">Gone: {methodsOf(differences.removed)}</li>
      )}
      {differences != null && differences.changed.length > 0 && (
        <li>Authorization changes: {methodsOf(differences.changed.map(({ after }) => after))}</li>
      )}
    </ul>
  );
}

/** What the stage serves, and to whom: all of it to one deployment, or a share to a canary. */
export function LiveSection({
  deployments,
  differences,
}: {
  deployments: readonly Deployment[];
  differences: Differences | null | undefined;
}) {
  const { stage, names, begin } = useStageOnScreen();
  const offers = useOffers();
  const { canarySettings: canary, deploymentId } = stage;
  const live = deployments.find((each) => each.deploymentId === deploymentId);
  const name = (id: string) => names.get(id) ?? id;
  return (
    <Section
      title="What is live"
      actions={
        canary === null ? (
          offers('setCanarySettings') && (
            <button onClick={() => begin(startIntent(stage, deployments))}>Start a canary …</button>
          )
        ) : (
          <>
            {offers('setCanarySettings') && (
              <button onClick={() => begin(trafficIntent(canary.percentTraffic))}>Change traffic …</button>
            )}
            {offers('promoteCanary') && (
              <button onClick={() => begin({ title: promote.title, wish: promote })}>Promote …</button>
            )}
            {offers('removeCanary') && (
              <button onClick={() => begin({ title: abandon.title, wish: abandon })}>Abandon …</button>
            )}
          </>
        )
      }
    >
      {canary === null ? (
        <p className="live">
          All traffic goes to <strong>{name(deploymentId)}</strong> <code>{deploymentId}</code>. There is no
          canary.
        </p>
      ) : (
        <Traffic share={canary.percentTraffic} own={name(deploymentId)} canary={name(canary.deploymentId)} />
      )}
      {live !== undefined && (
        <p className="hint">
          {name(deploymentId)} was deployed <Ago at={live.createdDate} />
          {deployments.length > 1 && `; the API has ${plural(deployments.length, 'deployment')}`}.
        </p>
      )}
      {canary !== null && <CanaryDifferences canary={canary} differences={differences} />}
    </Section>
  );
}
