/** All problems of the configuration, one line each. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
  readonly problems: readonly string[];

  constructor(problems: readonly string[]) {
    super(problems.join('\n'));
    this.problems = problems;
  }
}

const isPortTaken = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && error.code === 'EADDRINUSE';

/**
 * For `catch`: turns a failed start into a ConfigError that names the variables. The usual causes are a taken port and a
 * wrong path.
 */
export const asConfigError =
  (variables: string, portVariable = variables) =>
  (error: unknown): never => {
    const reason = error instanceof Error ? error.message : String(error);
    throw new ConfigError([
      isPortTaken(error)
        ? `${portVariable}: ${reason}. Stop the process that listens there, or set ${portVariable} to another port (0: any free port).`
        : `${variables}: ${reason}`,
    ]);
  };
