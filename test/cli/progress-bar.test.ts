import { describe, expect, test } from "vitest";
import { createProgress, progressLine, timeText } from "../../src/cli/progress-bar.ts";

describe("the progress bar", () => {
  test("says share, rate, cost and time left, within the terminal's width", () => {
    const state = { done: 50, total: 200, costNanoUsd: 12_000_000, unpriced: 0, perSecond: 12.4 };
    const line = progressLine(state, 80);
    expect(line).toMatch(/^█+░+ 50\/200 12\/s \$0\.012 13 s left$/);
    expect(line.length).toBeLessThan(80);
    expect(progressLine(state, 20).length).toBeLessThan(20);
  });

  test("an unknown price stays unknown, and what is partly known says so", () => {
    const state = { done: 2, total: 4, costNanoUsd: 0, perSecond: undefined };
    expect(progressLine({ ...state, unpriced: 2 }, 80)).toContain("price unknown");
    expect(progressLine({ ...state, costNanoUsd: 1_000_000_000, unpriced: 1 }, 80)).toContain("$1.00+");
  });

  test("draws nothing where nobody watches, and clears its line at the end", () => {
    const drawn: string[] = [];
    let now = 0;
    const progress = createProgress(
      3,
      { progress: { columns: () => 60, draw: (text) => drawn.push(text) } },
      () => now,
    );
    for (const at of [1000, 1010, 2000]) {
      now = at;
      progress.sample(1);
    }
    progress.end();
    expect(drawn).toHaveLength(3);
    expect(drawn[1]).toContain("3/3");
    expect(drawn[2]).toBe("\r\u001b[K");
    expect(() => createProgress(3, {}).sample(1)).not.toThrow();
  });

  test.each([
    [0.2, "1 s"],
    [59, "59 s"],
    [90, "1:30 min"],
    [7200, "2.0 h"],
  ])("%s seconds are %s", (seconds, text) => expect(timeText(seconds)).toBe(text));
});
