import { expect, test } from "vitest";
import type { Operation } from "../../../../src/shared/releases/operation.ts";
import { stageReports } from "../../../../src/shared/releases/tell/stage-reports.ts";
import { rollback } from "./told-facts.ts";

test.each<[Partial<Operation>, string]>([
  [{ kind: "promote", outcome: "promoted" }, "support-2 success, support-0 inactive"],
  [{ kind: "promote", outcome: "undone" }, "support-2 failure"],
  [{ kind: "promote", outcome: "failed" }, "support-2 failure"],
  [{ outcome: "rolledBack" }, "support-2 inactive, support-1 success"],
  // No call has shown it: no evidence is not success.
  [{ outcome: "unverified" }, "support-2 inactive, support-1 pending"],
  [{ outcome: "partiallyRolledBack" }, "support-2 failure"],
  // Nothing was changed, so nothing is shown otherwise.
  [{ outcome: "failed" }, ""],
])("%j: %s", (change, shown) => {
  const reports = stageReports(rollback(change), ["support-0"]);
  expect(reports.map(({ releaseId, status }) => `${releaseId} ${status}`).join(", ")).toBe(shown);
});
