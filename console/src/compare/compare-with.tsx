import { useQuery } from '@apollo/client/react';
import { SiblingsDocument } from '../__generated__/graphql.ts';
import { compareHref, go, type StageKey } from '../address.ts';
import { Failure } from '../parts/failure.tsx';
import { Section } from '../parts/section.tsx';
import { useTargets } from '../parts/use-targets.ts';
import { useStageOnScreen } from '../stage/stage-context.ts';

/** Any other stage, by its names: also of another target, where there are several. */
function OtherStage({ stage }: { stage: StageKey }) {
  const { targets, place } = useTargets();
  const own = targets.findIndex(
    ({ account, region }) => account === stage.account && region === stage.region,
  );
  const compare = (of: FormData) => {
    const get = (name: string) => {
      const value = of.get(name);
      return typeof value === 'string' ? value.trim() : '';
    };
    const { account, region } = targets[Number(get('target'))] ?? stage;
    const target = { ...(account !== undefined && { account }), ...(region !== undefined && { region }) };
    go(
      compareHref(stage, {
        ...target,
        restApiId: get('api') || stage.restApiId,
        stageName: get('stage'),
      }),
    );
  };
  return (
    <form
      className="search"
      onSubmit={(event) => {
        event.preventDefault();
        compare(new FormData(event.currentTarget));
      }}
    >
      {targets.length > 1 && (
        <label>
          Account and Region
          <select name="target" defaultValue={own}>
            {targets.map((target, index) => (
              <option key={target.id} value={index}>
                {place(target)}
              </option>
            ))}
          </select>
        </label>
      )}
      <label>
        API’s id
        <input name="api" placeholder={stage.restApiId} autoCapitalize="off" spellCheck={false} />
      </label>
      <label>
        Stage
        <input name="stage" required autoCapitalize="off" spellCheck={false} />
      </label>
      <button>Compare</button>
    </form>
  );
}

/** The other stages of the API, each a click from a comparison. */
export function CompareWith() {
  const { stage } = useStageOnScreen();
  const { account, region, restApiId, stageName } = stage;
  const { data, error, loading, refetch } = useQuery(SiblingsDocument, {
    variables: { account, region, restApiId },
    errorPolicy: 'all',
  });
  const others = data?.stages?.filter((each) => each.stageName !== stageName) ?? [];
  return (
    <Section title="Compare">
      {loading && data === undefined && <p role="status">Loading …</p>}
      {error !== undefined && (
        <Failure error={error} what="The other stages cannot be listed" onRetry={() => void refetch()} />
      )}
      <ul className="links">
        {others.map((other) => (
          <li key={other.id}>
            <a href={compareHref(stage, { account, region, restApiId, stageName: other.stageName })}>
              with {other.stageName}
            </a>
          </li>
        ))}
      </ul>
      <OtherStage stage={stage} />
    </Section>
  );
}
