import { expect, test } from "vitest";
import { renderComment } from "../../../src/shared/gate/comment.ts";
import { decideSuite } from "../../../src/shared/gate/decide.ts";
import { aiRepository, suiteFile } from "../../support/ai-repository.ts";
import { concluded, createKilledGate } from "../../support/killed-gate.ts";
import { cases, metric, suite } from "./comparisons.ts";

/** The answers are "ok" in 105 of 120 cases: 87.5 %. */
async function played(base: number, head: number) {
  const files = (threshold: number) => ({
    ...aiRepository("wobblyBase", 120),
    "evals/helper.yaml": suiteFile({ threshold, rest: ["seed: 1000"] }),
  });
  const world = createKilledGate({ base: files(base), head: files(head) });
  await world.play([]);
  const { report } = await concluded(world);
  return { report, comment: renderComment(report).replaceAll("\u00a0", " ") };
}
const rows = (comment: string, start: string) => comment.split("\n").filter((line) => line.startsWith(start));

test("a pull request that raises a threshold alone shows both floors with their verdicts", async () => {
  const { report, comment } = await played(0.5, 0.99);
  expect(report.verdict.verdict).toBe("regressed");
  const [bar] = rows(comment, "| `helper` on `helper` |");
  expect(bar).toContain("✅ pass<br>floor of `says-ok` ≥ 50 %: holds |");
  expect(bar).toContain("<br>floor of `says-ok` ≥ 99 %: missed |");
  const [own, base] = rows(comment, "| `says-ok` ↑");
  expect(own).toContain("| ≥ 99 % | 10 points | ❌ regressed |");
  expect(base).toContain("| ≥ 50 % | 10 points | ✅ pass |");
});

test("one that lowers a threshold which was missed is not blocked by it, and says that it was missed", async () => {
  const { report, comment } = await played(0.99, 0.5);
  expect(report.verdict.verdict).toBe("pass");
  const [bar] = rows(comment, "| `helper` on `helper` |");
  expect(bar).toContain("✅ pass<br>floor of `says-ok` ≥ 99 %: missed, and before this change too |");
  expect(bar).toContain("| ✅ pass<br>floor of `says-ok` ≥ 50 %: holds |");
  expect(comment).toContain("- `says-ok` is 87.5 %, floor ≥ 99 %: missed, and before this change too");
});

test("a floor that no request of the change could move takes no part in the verdict or its corrections", () => {
  const same = [...cases("good", 80, 1, 1, { unchanged: true }), ...cases("bad", 40, 0, 0, { unchanged: true })];
  const decided = (rest: object) => decideSuite(suite([metric(same, rest)])).metrics[0];
  expect(decided({ threshold: 0.9, floorInherited: true })).toMatchObject({
    verdict: "pass",
    floor: { verdict: "regressed", inherited: true },
  });
  expect(decided({ threshold: 0.9, floorInherited: true })?.floor).not.toHaveProperty("adjustedP");
  expect(decided({ threshold: 0.9 })).toMatchObject({ verdict: "regressed" });
});
