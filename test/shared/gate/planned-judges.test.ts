import { describe, expect, test } from "vitest";
import { requireMetrics } from "../../../src/shared/evals/metrics.ts";
import { type StoredSample, scoreKey } from "../../../src/shared/evals/shard.ts";
import { buildPlan } from "../../../src/shared/gate/build-plan.ts";
import { renderComment } from "../../../src/shared/gate/comment.ts";
import { type CaseSamples, judge } from "../../../src/shared/gate/judge.ts";
import { Plan } from "../../../src/shared/gate/plan.ts";
import { SuiteEvaluator } from "../../../src/shared/repository/suite.ts";
import { helloFiles, helloPrompt, readFiles } from "../repository/memory-repository.ts";
import { planningGate } from "./plan-of.ts";
import { reportOf } from "./reports.ts";

const suite = (deployment: string, more = "") => `schema: assay/suite/v1
name: hello-suite
version: 1.0.0
prompts: [hello]
datasets: [{ path: cases.jsonl }]
evaluators:
  - { name: relevance, uses: judge/relevance, with: { judge: ${deployment} }, primary: true, threshold: 0.5, margin: 0.1${more} }
`;
const metricOf = (deployment: string) =>
  requireMetrics([{ name: "relevance", uses: "judge/relevance", with: { judge: deployment }, primary: true }])[0];

const digest = (i: number) => i.toString(16).padStart(32, "0");
const lines = (n: number, row: (i: number) => object) =>
  Array.from({ length: n }, (_, i) => JSON.stringify(row(i))).join("\n");
const labels = (n: number) => lines(n, (i) => ({ sample: digest(i), label: i % 2 === 0 }));
const judgedLabels = (n: number, deployment: string) =>
  lines(n, (i) => ({ sample: digest(i), judge: metricOf(deployment)?.digest, score: i % 2 === 0 ? 1 : 0 }));

const changedPrompt = { "prompts/hello.prompt.md": helloPrompt.replace("briefly", "warmly") };
const read = (files: Record<string, string>) =>
  readFiles({ ...helloFiles, "evals/hello-suite.yaml": suite("j@1"), ...files });
const calibrated = { "labels/relevance.jsonl": labels(60), "labels/relevance.judged.jsonl": judgedLabels(60, "j@1") };

async function plan(base: Record<string, string>, head: Record<string, string>): Promise<Plan> {
  const sides = { base: await read(base), head: await read({ ...base, ...changedPrompt, ...head }) };
  return Plan.parse(buildPlan(planningGate, sides).plan);
}

/** All cases answered on both sides, scored by these models; half of the head's scores are worse. */
function samples(planned: Plan, by: { base: string; head: string }): CaseSamples[] {
  const [comparison] = planned.comparisons;
  const [entry] = comparison?.metrics ?? [];
  const metric = entry && requireMetrics([entry])[0];
  return Array.from({ length: 60 }, (_, i) => {
    const of = (side: "base" | "head"): StoredSample => ({
      caseId: `c${i}`,
      requestDigest: side,
      repeat: 0,
      outcome: "completed",
      output: "o",
      redacted: false,
      latencyMs: 1,
      gateId: "g",
      at: "",
      scores: {
        [scoreKey(metric?.digest ?? "", "d")]: { value: side === "head" && i % 2 ? 0 : 1, judgedBy: by[side] },
      },
    });
    const place = (side: string) => ({ requestDigest: side, samplesPath: side, shardId: side });
    const own = { caseId: `c${i}`, digest: "d", segments: {}, weight: 1, mustPass: false, holdout: false };
    return {
      planned: { ...own, base: place("base"), head: place("head") },
      base: [of("base")],
      head: [of("head")],
      unchanged: false,
    };
  });
}

function judgedBy(planned: Plan, by = { base: "j-1", head: "j-1" }) {
  const [comparison] = planned.comparisons;
  if (!comparison) throw new Error("nothing is compared");
  return judge(comparison, samples(planned, by), planned).judged;
}

describe("a gate with a judge", () => {
  test("a calibrated judge blocks", async () => {
    const planned = await plan(calibrated, {});
    expect(planned.comparisons[0]?.judges.relevance).toMatchObject({
      calibrated: true,
      asks: [expect.stringMatching(/^j@1 [0-9a-f]{16}$/)],
    });
    expect(judgedBy(planned).verdict.verdict).toBe("regressed");
  });

  test("a judge that is not calibrated advises: the loss is shown and blocks nothing, and the comment says why", async () => {
    const planned = await plan({ "labels/relevance.jsonl": labels(12) }, {});
    const judged = judgedBy(planned);
    const { verdict } = judged;
    expect(verdict.metrics[0]).toMatchObject({ judged: false, advises: "advises: 12 of 50 labels" });
    expect(verdict.verdict).toBe("inconclusive");
    const comment = renderComment(reportOf([judged]));
    expect(comment).toContain("advises: 12 of 50 labels");
    expect(comment).toContain("“advises” does not block");
  });

  test("a pull request cannot calibrate the judge that judges it, nor take its calibration away", async () => {
    expect((await plan({}, calibrated)).comparisons[0]?.judges.relevance?.says).toBe("advises: 0 of 50 labels");
    const without = { "labels/relevance.jsonl": "", "labels/relevance.judged.jsonl": "" };
    expect((await plan(calibrated, without)).comparisons[0]?.judges.relevance?.calibrated).toBe(true);
  });

  test("a pull request that names another judge is judged by the base's, under either side's rules", async () => {
    const planned = await plan(calibrated, { "evals/hello-suite.yaml": suite("lenient@9", ", passAt: 0.4") });
    expect(planned.comparisons.map(({ rules }) => rules)).toEqual(["base", "head"]);
    for (const { metrics } of planned.comparisons) expect(metrics[0]?.with).toEqual({ judge: "j@1" });
    expect(planned.comparisons[1]?.metrics[0]?.passAt).toBe(0.4);
    expect(planned.edits.join()).toContain("lenient@9");
  });

  test("once merged, another judge advises until it is calibrated: nothing that the old one said counts", async () => {
    const planned = await plan({ ...calibrated, "evals/hello-suite.yaml": suite("new@1") }, {});
    expect(planned.comparisons[0]?.judges.relevance?.says).toBe(
      "advises: it changed since its calibration, 0 of 50 labels judged",
    );
  });

  test("scores that different models made under one name are not compared, with the reason", async () => {
    const { verdict } = judgedBy(await plan(calibrated, {}), { base: "j-2025-04", head: "j-2025-11" });
    expect(verdict.verdict).toBe("notEvaluated");
    expect(verdict.reason).toContain("different judges (base: j-2025-04; head: j-2025-11)");
  });

  test("the floor is the suite's", async () => {
    const floor = suite("j@1", ", calibration: { kappa: 1, agreement: 1 }");
    const wrong = `${judgedLabels(59, "j@1")}\n${JSON.stringify({ sample: digest(59), judge: metricOf("j@1")?.digest, score: 1 })}`;
    const files = { ...calibrated, "labels/relevance.judged.jsonl": wrong, "evals/hello-suite.yaml": floor };
    expect((await plan(files, {})).comparisons[0]?.judges.relevance?.says).toContain("below the floor of 100 %");
    expect(SuiteEvaluator.safeParse({ uses: "judge/relevance", calibration: { kappa: 2 } }).success).toBe(false);
  });
});
