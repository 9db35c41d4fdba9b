import { expect, onTestFinished, test } from "vitest";
import { startModelStandIn } from "../../src/local/model/start.ts";
import { aiRepository, casesFile, suiteFile } from "../support/ai-repository.ts";
import { runCli, testFolder } from "../support/run-cli.ts";

test("a suite of more than 10,000 cases is streamed: run whole, resumed, and reported with bounded lists", async () => {
  const count = 10_050;
  const { folder, write } = await testFolder({
    ...aiRepository("good", 1),
    "evals/helper-cases.jsonl": casesFile(count),
    "evals/helper.yaml": suiteFile().replace(
      "uses: contains, with: { value: ok }",
      "uses: length, with: { min: 100000 }",
    ),
  });
  const model = await startModelStandIn({ port: 0, seed: 1, latencyMs: 0 });
  onTestFinished(model.stop);
  const evaluate = (...args: string[]) =>
    runCli(["eval", "helper", "--endpoint", model.url, "--concurrency", "50", "--json", ...args], { cwd: folder });
  const first = await evaluate();
  expect(first.code).toBe(2);
  const report = JSON.parse(first.out);
  expect(report).toMatchObject({
    verdict: "regressed",
    speed: { calls: count, samples: count },
    report: { comparisons: [{ cases: count }], figures: [{ samples: count, reused: 0 }] },
  });
  expect(report.failing).toHaveLength(500);
  expect(JSON.parse((await evaluate()).out).speed).toMatchObject({ calls: 0, kept: count });
  // A part is a suite like any other, of the samples that are kept.
  const one = await evaluate("--case", "c10049");
  expect(JSON.parse(one.out)).toMatchObject({
    speed: { calls: 0, kept: 1 },
    report: { comparisons: [{ cases: 1 }] },
    failing: [{ caseId: "c10049" }],
  });
  const some = JSON.parse((await evaluate("--filter", "c1004?", "--estimate")).out);
  expect(some).toMatchObject({ calls: 0, cached: 10 });
  expect(JSON.parse((await evaluate("--failing", "--filter", "c7", "--estimate")).out)).toMatchObject({ cached: 1 });
  for (const [args, problem] of [
    [["--case", "nobody"], "`helper` has no case `nobody`"],
    [["--case", "c3", "--filter", "d*"], "No case of `helper` matches `d*`"],
    [["--filter", "d*"], "No case of `helper` matches `d*`"],
    [["--filter", "c*"], "More than 10000 cases of `helper` match `c*`"],
  ] as const)
    expect(await evaluate(...args)).toMatchObject({ code: 1, err: expect.stringContaining(problem) });
  await write({ "evals/helper-cases.jsonl": `${casesFile(count)}${casesFile(1)}` });
  expect(await evaluate()).toMatchObject({ code: 1, err: expect.stringContaining("`c0` is also that of a case") });
}, 120_000);
