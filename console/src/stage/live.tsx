import type { LiveQuery, StageDetailsFragment } from '../__generated__/graphql.ts';
import { abandon, type Note, promote } from '../changes/change-request.ts';
import { startIntent } from '../changes/start-form.tsx';
import { trafficIntent } from '../changes/traffic-form.tsx';
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

/** How the methods of the canary differ from those of the stage. `forAll`: once it is promoted. */
function methodNotes(differences: Differences | null | undefined, forAll = ''): readonly Note[] {
  if (differences == null) return [];
  const { isOlder, added, removed, changed } = differences;
  const older = { text: 'The canary’s deployment is the older one.', isWarning: true };
  return [
    ...(isOlder ? [older] : []),
    ...(added.length > 0 ? [{ text: `New${forAll}: ${methodsOf(added)}` }] : []),
    ...(removed.length > 0 ? [{ text: `Gone${forAll}: ${methodsOf(removed)}`, isWarning: true }] : []),
    ...(changed.length > 0
      ? [{ text: `Authorization changes${forAll}: ${methodsOf(changed.map(({ after }) => after))}` }]
      : []),
  ];
}

const UNKNOWN_METHODS: Note = {
  text: 'The page does not know yet which methods become live for all.',
  isWarning: true,
};

/** What the canary has that the stage has not. */
function CanaryDifferences({ canary, notes }: { canary: Canary; notes: readonly Note[] }) {
  const overrides = canary.stageVariableOverrides;
  return (
    <ul className="differences">
      {overrides.map(({ name, value, redacted }) => (
        <li key={name}>
          Variable <code>{name}</code> is {redacted ? 'another one (hidden)' : <code>{value}</code>} for the
          canary.
        </li>
      ))}
      {notes.map(({ text, isWarning }) => (
        <li key={text} className={isWarning === true ? 'warning' : undefined}>
          {text}
        </li>
      ))}
    </ul>
  );
}

interface CanaryActionsProps {
  readonly canary: Canary;
  readonly differences: Differences | null | undefined;
}

function CanaryActions({ canary, differences }: CanaryActionsProps) {
  const { begin } = useStageOnScreen();
  const offers = useOffers();
  const beginPromotion = () => {
    const request = promote(differences == null ? [UNKNOWN_METHODS] : methodNotes(differences, ' for all'));
    begin({ title: request.title, request });
  };
  return (
    <>
      {offers('setCanarySettings') && (
        <button onClick={() => begin(trafficIntent(canary.percentTraffic))}>Change traffic …</button>
      )}
      {offers('promoteCanary') && <button onClick={beginPromotion}>Promote …</button>}
      {offers('removeCanary') && (
        <button onClick={() => begin({ title: abandon.title, request: abandon })}>Abandon …</button>
      )}
    </>
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
          <CanaryActions canary={canary} differences={differences} />
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
      {canary !== null && <CanaryDifferences canary={canary} notes={methodNotes(differences)} />}
    </Section>
  );
}
