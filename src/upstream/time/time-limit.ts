/** The result of `work`, or what `onTimeout` returns or throws when it takes longer than this. */
export async function withinMs<Result>(
  ms: number,
  work: Promise<Result>,
  onTimeout: () => Result,
): Promise<Result> {
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, ms);
  });
  try {
    return await Promise.race([work, timeout.then(onTimeout)]);
  } finally {
    clearTimeout(timer);
    // After a timeout a late failure has no other handler.
    work.catch(() => undefined);
  }
}
