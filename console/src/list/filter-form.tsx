import { hrefOf } from '../address.ts';
import { findingWords } from '../words/findings.ts';
import { Choice, SearchForm } from './filter-fields.tsx';
import { allSwitches, orders, questions, switchWords } from './filters.ts';
import { useFilters, type Filters } from './use-filters.ts';

type Question = (typeof questions)[number];

const isAsked = ({ given }: Question, get: (name: string) => string): boolean =>
  Object.entries(given).every(([name, value]) => get(name) === value);

/** Each adds its filters to the others, or takes them away again. */
function Questions({ now, get }: Pick<Filters, 'now' | 'get'>) {
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

const yesOrNo = [
  ['yes', 'yes'],
  ['no', 'no'],
] as const;

const ages = [
  ['1', 'since yesterday'],
  ['7', 'in 7 days'],
  ['30', 'in 30 days'],
] as const;

/** Open where one of them is given, but for those of a question. */
function MoreFilters({ get, field, choice }: Filters) {
  const inQuestions = questions
    .filter((each) => isAsked(each, get))
    .flatMap((each) => Object.keys(each.given));
  const isOpen = ['finding', 'tag', 'days', 'order', ...allSwitches].some(
    (name) => get(name) !== '' && !inQuestions.includes(name),
  );
  return (
    <details open={isOpen}>
      <summary>More filters</summary>
      <div className="search">
        {allSwitches.map((name) => (
          <Choice key={name} {...choice(name)} label={switchWords[name]} options={yesOrNo} />
        ))}
        <Choice {...choice('finding')} label="Finding" options={Object.entries(findingWords)} />
        <Choice {...choice('days')} label="Changed" options={ages} />
        <label>
          Tag
          <input placeholder="key or key=value" {...field('tag')} />
        </label>
        <Choice {...choice('order')} label="Order" options={Object.entries(orders)} />
      </div>
    </details>
  );
}

/** Search and filters of the inventory. */
export function FilterForm({ given }: { given: URLSearchParams }) {
  const filters = useFilters(given);
  return (
    <SearchForm
      filters={filters}
      hint="API: a part of its name, case-sensitive but for the first letter, or its whole id."
      fields={
        <label>
          Stage
          <input type="search" {...filters.field('stages')} />
        </label>
      }
    >
      <Questions now={filters.now} get={filters.get} />
      <MoreFilters {...filters} />
    </SearchForm>
  );
}
