import { type Report, toMarkdown } from './report.ts';

/** Writes a report as Markdown; the process fails when something should hold and did not. */
export function print({ title, notes = [], rows, missed }: Report) {
  const say = (text: string) => void process.stdout.write(text);
  say(`\n## ${title}\n\n${notes.map((note) => `${note}\n\n`).join('')}${toMarkdown(rows)}`);
  if (missed.length === 0) return;
  say(`\nNot as it should be:\n\n${missed.map((what) => `- ${what}\n`).join('')}`);
  process.exitCode = 1;
}
