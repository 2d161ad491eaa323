import { z } from 'zod';

/** Not z.record, because `__proto__` is a valid name of a variable. */
export const mapOf = <T>(value: z.ZodType<T>) =>
  z.unknown().transform((given, context): Readonly<Record<string, T>> => {
    if (typeof given !== 'object' || given === null || Array.isArray(given)) {
      context.addIssue({ code: 'custom', message: 'expected an object' });
      return {};
    }
    const entries: [string, T][] = [];
    for (const [key, item] of Object.entries(given)) {
      const parsed = value.safeParse(item);
      if (parsed.success) entries.push([key, parsed.data]);
      else
        for (const issue of parsed.error.issues)
          context.addIssue({ code: 'custom', message: issue.message, path: [key, ...issue.path] });
    }
    return Object.fromEntries(entries);
  });

export const stringMap = mapOf(z.string());
