import { expect, test } from "vitest";
import { ArmWindow, closedWindows } from "../../../../src/shared/releases/watch/arm-window.ts";

const now = new Date("2026-06-01T10:30:40.000Z");

test("windows end a minute ago for metrics and two for logs, at whole minutes", () => {
  expect(closedWindows(now, "metrics", 3)).toEqual({
    from: "2026-06-01T10:26:00.000Z",
    to: "2026-06-01T10:29:00.000Z",
  });
  expect(closedWindows(now, "logs", 1)).toEqual({ from: "2026-06-01T10:27:00.000Z", to: "2026-06-01T10:28:00.000Z" });
});

const at = (minute: number, arm = "a") => ({
  arm,
  from: `2026-06-01T10:0${minute}:00.000Z`,
  to: `2026-06-01T10:0${minute + 1}:00.000Z`,
});

test("a window holds what was told, and nothing else", () => {
  expect(ArmWindow.parse(at(1))).toEqual(at(1));
  expect(ArmWindow.safeParse({ ...at(1), failed: -1 }).success).toBe(false);
  expect(ArmWindow.safeParse({ ...at(1), errors: 1 }).success).toBe(false);
});
