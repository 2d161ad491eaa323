/** What a benchmark found: a table, and what did not hold. */
export interface Report {
  readonly title: string;
  /** What the reader must know to read the table. */
  readonly notes?: readonly string[];
  /** Of a table; the first is its head. */
  readonly rows: readonly (readonly string[])[];
  /** What should hold and did not. */
  readonly missed: readonly string[];
}

export interface BenchmarkOptions {
  /** A smoke run: too short, and where it runs too busy, to judge times by. */
  readonly quick: boolean;
}

export type Benchmark = (options: BenchmarkOptions) => Promise<Report>;

export type Verdict = 'holds' | 'misses' | 'not judged';

/** A row of a table, with what is asked of it; its first cell names it. */
export interface JudgedRow {
  readonly cells: readonly string[];
  readonly target?: string;
  readonly verdict?: Verdict;
}

/** A smoke run judges what is counted, never what is timed. */
export const judge = (holds: boolean, of: 'count' | 'time', { quick }: BenchmarkOptions): Verdict =>
  quick && of === 'time' ? 'not judged' : holds ? 'holds' : 'misses';

/** A report whose rows say what they should show and whether they do. */
export function judgedReport(
  title: string,
  head: readonly string[],
  rows: readonly JudgedRow[],
  notes: readonly string[] = [],
): Report {
  return {
    title,
    notes,
    rows: [
      [...head, 'target', ''],
      ...rows.map(({ cells, target = '', verdict = '' }) => [
        ...cells,
        target,
        verdict === 'misses' ? '**misses**' : verdict,
      ]),
    ],
    missed: rows.flatMap(({ cells, target, verdict }) =>
      verdict === 'misses' ? [`${cells[0] ?? ''}: ${target ?? ''}`] : [],
    ),
  };
}

export function toMarkdown([head = [], ...rows]: Report['rows']) {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |\n`;
  return [line(head), line(head.map((_, i) => (i === 0 ? '---' : '--:'))), ...rows.map(line)].join('');
}
