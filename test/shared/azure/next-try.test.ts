import { describe, expect, test } from "vitest";
import { type AzureFailure, waitAfter } from "../../../src/shared/azure/next-try.ts";

const failure = (status: number, more: Partial<AzureFailure> = {}): AzureFailure => ({
  status,
  code: "Code",
  message: "",
  ...more,
});
const waits = (one: AzureFailure) => [0, 1, 2, 3, 4, 5].map((tries) => waitAfter(one, tries, () => 0));

describe("when a call of Azure is tried again", () => {
  test.each<[string, AzureFailure, (number | undefined)[]]>([
    ["an account at work", failure(409, { code: "RequestConflict" }), [2, 4, 8, 15, 15, 15]],
    [
      "a resource mid-change",
      failure(409, { message: "its provisioning state is not terminal" }),
      [2, 4, 8, 15, 15, 15],
    ],
    ["any other conflict: never", failure(409), Array(6)],
    ["429 exactly as told", failure(429, { retryAfterMs: 17_000 }), Array(6).fill(17)],
    ["429 without a time", failure(429), [1, 2, 4, 8, 16, 32]],
    ["503 as told", failure(503, { retryAfterMs: 3000 }), Array(6).fill(3)],
    ["an outage", failure(500), [1, 2, 4, 4, 4, 4]],
    ["no answer", failure(0), [1, 2, 4, 4, 4, 4]],
    ["a quota: never", failure(400, { code: "InsufficientQuota" }), Array(6)],
    ["no token: never", failure(401), Array(6)],
    ["a role of a moment ago: once", failure(403, { code: "AuthorizationFailed" }), [15, ...Array(5)]],
  ])("%s", (_, one, seconds) => {
    expect(waits(one)).toEqual(Array.from(seconds, (s) => s && s * 1000));
  });

  test("never sooner than told, at most a fifth later", () => {
    const told = failure(429, { retryAfterMs: 10_000 });
    expect([0, 0.5, 0.999].map((random) => waitAfter(told, 0, () => random))).toEqual([10_000, 11_000, 11_998]);
  });
});
