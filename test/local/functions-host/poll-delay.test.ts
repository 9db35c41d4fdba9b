import fc from "fast-check";
import { expect, test } from "vitest";
import { createPollDelay } from "../../../src/local/functions-host/poll-delay.ts";

test("it backs off from 100 ms to the longest wait, and begins again where something was found", () => {
  const delay = createPollDelay(2000, () => 0.5);
  const waits = Array.from({ length: 9 }, () => delay.idle());
  expect(waits).toEqual([100, 200, 300, 500, 900, 1700, 2000, 2000, 2000]);
  delay.found();
  expect(delay.idle()).toBe(100);
});

test("whatever the randomness, no wait is shorter than 100 ms or longer than the longest, and it gets there", () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 100, max: 60_000 }),
      fc.array(fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }), { minLength: 1 }),
      (longest, draws) => {
        let n = 0;
        const delay = createPollDelay(longest, () => draws[n++ % draws.length] ?? 0);
        const waits = Array.from({ length: 15 }, () => delay.idle());
        expect(Math.min(...waits)).toBeGreaterThanOrEqual(Math.min(100, longest));
        expect(Math.max(...waits)).toBe(longest);
        expect(waits.at(-1)).toBe(longest);
      },
    ),
  );
});
