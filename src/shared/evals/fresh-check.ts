/**
 * Answers "does this still hold?" for many callers at the price of few reads: a caller never gets an answer from a read
 * that began before it asked, and while one read is under way all who come share the next.
 */
export function createFreshCheck(read: () => Promise<boolean>): () => Promise<boolean> {
  let running: Promise<boolean> | undefined;
  let next: Promise<boolean> | undefined;
  const begin = () => {
    const current = read().finally(() => {
      if (running === current) running = undefined;
    });
    running = current;
    return current;
  };
  return () => {
    if (!running) return begin();
    next ??= running
      .catch(() => false)
      .then(() => {
        next = undefined;
        return begin();
      });
    return next;
  };
}
