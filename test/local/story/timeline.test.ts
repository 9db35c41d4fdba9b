import { expect, test } from "vitest";
import { createTimeline } from "../../../src/local/story/release/timeline.ts";

test("moments are told as they are heard of, and kept in the order of their times, with seconds since the beginning", () => {
  const lines: string[] = [];
  const at = (second: number) => new Date(Date.UTC(2026, 10, 21, 10, 0, second));
  const timeline = createTimeline(
    at(0),
    () => at(30),
    (line) => lines.push(line),
  );
  timeline.note("merged");
  timeline.note("flipped", at(21).toISOString());
  expect(lines).toEqual(["    30.0 s  merged", "    21.0 s  flipped"]);
  expect(timeline.moments().map(({ what, seconds }) => [what, seconds])).toEqual([
    ["flipped", 21],
    ["merged", 30],
  ]);
});
