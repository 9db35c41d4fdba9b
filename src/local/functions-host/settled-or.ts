/** Waits until all have settled, however, or until the signal aborts; the host's way to end within a bound. */
export async function settledOr(work: Iterable<Promise<unknown>>, bound: AbortSignal): Promise<void> {
  const { promise: late, resolve } = Promise.withResolvers<void>();
  const abort = () => resolve();
  bound.addEventListener("abort", abort);
  if (bound.aborted) abort();
  await Promise.race([Promise.allSettled([...work]), late]);
  bound.removeEventListener("abort", abort);
}
