/** What `work` brings, or, once so many milliseconds have passed without it, what `late` returns or throws. */
export async function withinMs<Result>(
  ms: number,
  work: Promise<Result>,
  late: () => Result,
): Promise<Result> {
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, ms);
  });
  try {
    return await Promise.race([work, limit.then(late)]);
  } finally {
    clearTimeout(timer);
    // What comes later is nobody's.
    work.catch(() => undefined);
  }
}
