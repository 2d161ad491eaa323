import { useQuery } from '@apollo/client/react';
import { useState } from 'react';
import { TargetsDocument } from '../__generated__/graphql.ts';
import { go, hrefOf } from '../address.ts';
import { findingWords } from '../words/findings.ts';
import { allSwitches, filterNames, orders, questions, switchWords } from './filters.ts';

interface ChoiceProps {
  readonly name: string;
  readonly label: string;
  readonly options: readonly (readonly [value: string, text: string])[];
  readonly value: string;
  readonly onChoose: (name: string, value: string) => void;
}

function Choice({ name, label, options, value, onChoose }: ChoiceProps) {
  return (
    <label>
      {label}
      <select name={name} value={value} onChange={({ target }) => onChoose(name, target.value)}>
        <option value="">any</option>
        {options.map(([option, text]) => (
          <option key={option} value={option}>
            {text}
          </option>
        ))}
      </select>
    </label>
  );
}

const yesOrNo = [
  ['yes', 'yes'],
  ['no', 'no'],
] as const;

/** Accounts and Regions, where there are several. */
function useTargetChoices() {
  const { data } = useQuery(TargetsDocument, { errorPolicy: 'all' });
  const targets = data?.stageTargets ?? [];
  const accounts = new Map(targets.map(({ account, alias }) => [account, alias ?? account]));
  return { accounts: [...accounts], regions: [...new Set(targets.map(({ region }) => region))] };
}

type Question = (typeof questions)[number];

const isAsked = ({ given }: Question, get: (name: string) => string): boolean =>
  Object.entries(given).every(([name, value]) => get(name) === value);

interface QuestionsProps {
  /** The filters as they are. */
  readonly now: Readonly<Record<string, string>>;
  readonly get: (name: string) => string;
}

/** Each adds its filters to the others, or takes them away again. */
function Questions({ now, get }: QuestionsProps) {
  return (
    <nav aria-label="Frequent questions" className="questions">
      {questions.map((question) => {
        const asked = isAsked(question, get);
        const without = Object.fromEntries(Object.keys(question.given).map((name) => [name, '']));
        return (
          <a
            key={question.text}
            className="chip"
            aria-current={asked ? 'true' : undefined}
            href={hrefOf('/', { ...now, ...(asked ? without : question.given) })}
          >
            {question.text}
          </a>
        );
      })}
    </nav>
  );
}

/** Search and filters. They are in the address, so a filtered list can be sent to a colleague. */
export function FilterForm({ given }: { given: URLSearchParams }) {
  const get = (name: string): string => given.get(name) ?? '';
  const [apis, setApis] = useState(get('restApis'));
  const [stages, setStages] = useState(get('stages'));
  const [tag, setTag] = useState(get('tag'));
  const { accounts, regions } = useTargetChoices();
  // What is typed counts before Search is pressed, too: no click drops it.
  const now: Readonly<Record<string, string>> = {
    ...Object.fromEntries(filterNames.map((name) => [name, get(name)])),
    restApis: apis,
    stages,
    tag,
  };
  const choose = (name: string, value: string) => go(hrefOf('/', { ...now, [name]: value }));
  const choice = { onChoose: choose };
  const inQuestions = questions
    .filter((each) => isAsked(each, get))
    .flatMap((each) => Object.keys(each.given));
  const more = ['finding', 'tag', 'days', 'order', ...allSwitches].some(
    (name) => get(name) !== '' && !inQuestions.includes(name),
  );
  return (
    <form
      className="filters"
      role="search"
      aria-label="Stages"
      onSubmit={(event) => {
        event.preventDefault();
        go(hrefOf('/', now));
      }}
    >
      <div className="search">
        <label>
          API
          <input
            name="restApis"
            type="search"
            aria-describedby="api-hint"
            value={apis}
            onChange={({ target }) => setApis(target.value)}
          />
        </label>
        <label>
          Stage
          <input
            name="stages"
            type="search"
            value={stages}
            onChange={({ target }) => setStages(target.value)}
          />
        </label>
        {accounts.length > 1 && (
          <Choice {...choice} name="account" label="Account" options={accounts} value={get('account')} />
        )}
        {regions.length > 1 && (
          <Choice
            {...choice}
            name="region"
            label="Region"
            options={regions.map((region) => [region, region])}
            value={get('region')}
          />
        )}
        <button className="primary">Search</button>
      </div>
      <p className="hint" id="api-hint">
        API: a part of its name, case-sensitive but for the first letter, or its whole id.
      </p>
      <Questions now={now} get={get} />
      <details open={more}>
        <summary>More filters</summary>
        <div className="search">
          {allSwitches.map((name) => (
            <Choice
              key={name}
              {...choice}
              name={name}
              label={switchWords[name]}
              options={yesOrNo}
              value={get(name)}
            />
          ))}
          <Choice
            {...choice}
            name="finding"
            label="Finding"
            options={Object.entries(findingWords)}
            value={get('finding')}
          />
          <Choice
            {...choice}
            name="days"
            label="Changed"
            options={[
              ['1', 'since yesterday'],
              ['7', 'in 7 days'],
              ['30', 'in 30 days'],
            ]}
            value={get('days')}
          />
          <label>
            Tag
            <input
              name="tag"
              placeholder="key or key=value"
              value={tag}
              onChange={({ target }) => setTag(target.value)}
            />
          </label>
          <Choice
            {...choice}
            name="order"
            label="Order"
            options={Object.entries(orders)}
            value={get('order')}
          />
        </div>
      </details>
    </form>
  );
}
