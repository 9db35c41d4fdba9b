import { type CommandArguments, defineCommand } from "../command.ts";
import { compareFiles } from "../compare-files.ts";
import { endpointOptions } from "../endpoint.ts";
import { reportOptions } from "../report-options.ts";
import { UsageError } from "../usage-error.ts";

const manyNumbers = { type: "string", multiple: true } as const;

export const compare = defineCommand({
  usage: [
    "compare --base COMMIT --endpoint URL [options]",
    "compare --base-results A.jsonl --head-results B.jsonl [options]",
  ],
  about:
    "Judges head against base by the gate's own decision, pair by pair. With --base, the working tree is compared with a commit as if it were a pull request: the suites that the change touches run on both sides, with samples kept in .assay/. Files of results have a line a sample: {id, repeat?, metrics: {name: number or null}}; null is a missing score. Ids that one side lacks leave the comparison and are named. Without --suite a metric from 0 to 1 blocks at a margin of 5 points, and any other is shown unless it has a margin or a threshold.",
  positionals: 0,
  options: {
    base: {
      type: "string",
      value: "COMMIT",
      description: "branch, tag or commit that the working tree is compared with",
    },
    ...endpointOptions,
    "no-cache": { type: "boolean", description: "with --base: make every call anew" },
    "base-results": { type: "string", value: "FILE", description: "results of base, JSON Lines" },
    "head-results": { type: "string", value: "FILE", description: "results of head, JSON Lines" },
    suite: {
      type: "string",
      value: "SUITE",
      description: "take metrics, margins, thresholds, segments and clusters from this suite of the checkout",
    },
    primary: { type: "string", value: "NAME", description: "the metric that is told first" },
    blocking: { ...manyNumbers, value: "A,B", description: "metrics that may block; the others are shown" },
    margin: {
      ...manyNumbers,
      value: "[NAME=]X",
      description: "the largest loss that counts as none, in the metric's unit (0.05 is 5 points)",
    },
    threshold: {
      ...manyNumbers,
      value: "NAME=X",
      description: "the least mean (most, where lower is better) that head must hold",
    },
    cut: {
      ...manyNumbers,
      value: "NAME=X",
      description: "count scores from X on as 1 and the others as 0, e.g. --cut relevance=4",
    },
    "lower-is-better": {
      ...manyNumbers,
      value: "A,B",
      description: "metrics where less is better; latency, cost and tokens are by name",
    },
    ...reportOptions,
  },
  examples: [
    "assay compare --base main --endpoint http://127.0.0.1:11434/v1 --report report.html",
    "assay compare --base-results main.jsonl --head-results branch.jsonl --margin 0.03",
    "assay compare --base-results a.jsonl --head-results b.jsonl --cut relevance=4 --report report.html",
  ],
  async run(given, terminal) {
    const [base, head] = [given.text("base-results"), given.text("head-results")];
    if (base !== undefined && head !== undefined) {
      refuseOthers(given, ["base", "no-cache", ...Object.keys(endpointOptions)], "--base-results and --head-results");
      return compareFiles(base, head, given, terminal);
    }
    if (base !== undefined || head !== undefined)
      throw new UsageError(
        `\`--${base === undefined ? "base" : "head"}-results\` is missing.`,
        "Name the results of both sides.",
      );
    const commit = given.text("base");
    if (commit !== undefined) {
      const ofFiles = ["suite", "primary", "blocking", "margin", "threshold", "cut", "lower-is-better"];
      refuseOthers(given, ofFiles, "--base COMMIT: the suites say what holds");
      const { compareCommit } = await import("../compare-commit.ts");
      return compareCommit(commit, given, terminal);
    }
    throw new UsageError(
      "There is nothing to compare.",
      "Name --base COMMIT, or --base-results and --head-results. See `assay help compare`.",
    );
  },
});

/** An option that would be passed over must not look as if it counted. */
function refuseOthers(given: CommandArguments, others: readonly string[], way: string): void {
  const other = others.find((name) => given.text(name) !== undefined || given.flag(name));
  if (other !== undefined)
    throw new UsageError(
      `\`--${other}\` has no say with ${way}.`,
      "Leave it out. See `assay help compare` for the two ways to compare.",
    );
}
