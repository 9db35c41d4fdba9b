/** How long an idle queue is left alone; the queue trigger's own back-off. Times in milliseconds. */
export interface PollDelay {
  /** The wait after a poll that found nothing. */
  idle(): number;
  /** A poll found messages: the next wait is the shortest again. */
  found(): void;
}

const shortest = 100;

/**
 * Doubles from 100 ms to `longest`, each step between 0.8 and 1.2 of its size, so that instances do not poll in step
 * [azure-sdk-for-net: RandomizedExponentialBackoffStrategy]. `random` is in [0, 1).
 */
export function createPollDelay(longest: number, random: () => number = Math.random): PollDelay {
  let empty = 0;
  return {
    idle() {
      const step = empty === 0 ? 0 : 2 ** (empty - 1) * shortest * (0.8 + 0.4 * random());
      const wait = Math.min(shortest + step, longest);
      // From here on the wait is the longest one; counting on would overflow in the end.
      if (wait < longest) empty++;
      return wait;
    },
    found() {
      empty = 0;
    },
  };
}
