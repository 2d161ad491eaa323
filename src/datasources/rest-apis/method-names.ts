interface Method {
  readonly resourcePath: string;
  readonly httpMethod: string;
}

const MOST_NAMED = 5;

/** A method as one text. */
export const methodName = ({ httpMethod, resourcePath }: Method): string => `${httpMethod} ${resourcePath}`;

/** The names of methods, for a message: the first of many. */
export function methodNames(methods: readonly Method[]): string {
  const rest = methods.length - MOST_NAMED;
  const named = methods.slice(0, MOST_NAMED).map(methodName).join(', ');
  return rest > 0 ? `${named} and ${rest} more` : named;
}
