/** What is wrong with a file, a line each. */
export class FileProblems extends Error {
  override readonly name = 'FileProblems';

  constructor(problems: readonly string[]) {
    super(problems.join('\n'));
  }
}
