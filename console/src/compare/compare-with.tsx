import { useQuery } from '@apollo/client/react';
import { SiblingsDocument } from '../__generated__/graphql.ts';
import { compareHref, go } from '../address.ts';
import { Section } from '../parts/section.tsx';
import { useStageOnScreen } from '../stage/stage-context.ts';

/** The other stages of the API, each a click from a comparison. */
export function CompareWith() {
  const { stage } = useStageOnScreen();
  const { account, region, restApiId, stageName } = stage;
  const { data } = useQuery(SiblingsDocument, {
    variables: { account, region, restApiId },
    errorPolicy: 'all',
  });
  const others = data?.stages?.filter((each) => each.stageName !== stageName) ?? [];
  return (
    <Section title="Compare">
      <ul className="links">
        {others.map((other) => (
          <li key={other.id}>
            <a href={compareHref(stage, { account, region, restApiId, stageName: other.stageName })}>
              with {other.stageName}
            </a>
          </li>
        ))}
      </ul>
      <form
        className="search"
        onSubmit={(event) => {
          event.preventDefault();
          const of = new FormData(event.currentTarget);
          const get = (name: string) => {
            const value = of.get(name);
            return typeof value === 'string' ? value.trim() : '';
          };
          go(
            compareHref(stage, {
              account,
              region,
              restApiId: get('api') || restApiId,
              stageName: get('stage'),
            }),
          );
        }}
      >
        <label>
          API’s id
          <input name="api" placeholder={restApiId} autoCapitalize="off" spellCheck={false} />
        </label>
        <label>
          Stage
          <input name="stage" required autoCapitalize="off" spellCheck={false} />
        </label>
        <button>Compare</button>
      </form>
    </Section>
  );
}
