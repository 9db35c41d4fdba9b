import path from "node:path";
import { messageOf } from "../shared/errors.ts";
import { decideGate, decideSuite } from "../shared/gate/decide.ts";
import type { GateReport } from "../shared/gate/report.ts";
import { exitCodeOf } from "../shared/gate/reports/exit-code.ts";
import type { RunReport } from "../shared/gate/reports/run-report.ts";
import { leftOut, leftOutSentences, resultComparison, valuesOf } from "../shared/gate/results/compare-results.ts";
import { type RuleOptions, rulesFor } from "../shared/gate/results/metric-rules.ts";
import { createResults, metricNames, ResultRow, type Results } from "../shared/gate/results/result-rows.ts";
import { verdictLine } from "../shared/gate/verdict-line.ts";
import { extentOf } from "../shared/statistics/extent.ts";
import { findRoot, openCheckout } from "./checkout.ts";
import type { CommandArguments, ExitCode } from "./command.ts";
import { findSuite } from "./find-suite.ts";
import { namedNumbers, nameList } from "./named-numbers.ts";
import { readJsonLines } from "./read-json-lines.ts";
import { readReportOptions, writeReports } from "./report-options.ts";
import type { Terminal } from "./terminal.ts";
import { UsageError } from "./usage-error.ts";

/** Two files of results that were made elsewhere, judged by the gate's own decision. */
export async function compareFiles(
  baseFile: string,
  headFile: string,
  given: CommandArguments,
  terminal: Terminal,
): Promise<ExitCode> {
  const targets = readReportOptions(given, terminal);
  const suiteFile = given.text("suite");
  const suite =
    suiteFile === undefined ? undefined : await findSuite(openCheckout(findRoot(terminal.cwd)), suiteFile, terminal);
  const startedAt = new Date().toISOString();
  const sides = { base: await readResults(baseFile), head: await readResults(headFile) };
  const out = leftOut(sides.base, sides.head);
  const common = metricNames(sides.base).filter((name) => !out.metricsOnlyBase.includes(name));
  if (common.length === 0) throw new UsageError("No metric is on both sides.", "Name the metrics alike in both files.");
  const rules = rulesFor(common, (name) => valuesOf(sides, name), readRules(given), suite?.evaluators ?? []);
  const known = suite ?? { name: "results", cases: [] };
  const { name } = known;
  const verdict = decideSuite(resultComparison(known, sides, rules));
  const mode = { mode: "enforce", inconclusive: "warn" } as const;
  const repeats = extentOf([...sides.head.values()].map(({ length }) => length))[1];
  const report: GateReport = {
    ...{
      gateId: "files",
      kind: "pull",
      repository: path.basename(terminal.cwd),
      headSha: "",
      mode: "enforce",
      policyFrom: "default",
    },
    verdict: decideGate([verdict], mode),
    comparisons: [
      {
        ...{ suite: name, suitePath: suite?.path ?? "", prompt: path.basename(headFile), promptPath: headFile },
        ...{ rules: "head", isNew: false, advisory: false, repeats, unchangedCases: 0, verdict },
        cases: sides.base.size - out.onlyBase.length,
      },
    ],
    ...{ figures: [], diffs: [], flips: [], edits: [], findings: [], failures: [] },
    startedAt,
    concludedAt: new Date().toISOString(),
  };
  const run: RunReport = {
    kind: "compare",
    subject: `${baseFile} (base) against ${headFile} (head)`,
    line: verdictLine(report),
    notes: leftOutSentences(out),
    failing: [],
    report,
  };
  await writeReports(run, targets, terminal);
  return exitCodeOf(report.verdict.verdict);
}

function readRules(given: CommandArguments): RuleOptions {
  const margin = namedNumbers(given, "margin");
  const primary = given.text("primary");
  const blocking = nameList(given, "blocking");
  const cuts = namedNumbers(given, "cut");
  const thresholds = namedNumbers(given, "threshold");
  for (const [option, { all }] of Object.entries({ cut: cuts, threshold: thresholds })) {
    if (all !== undefined)
      throw new UsageError(
        `\`--${option} ${all}\` does not say of which metric.`,
        `Write \`--${option} NAME=${all}\`.`,
      );
  }
  return {
    ...(primary === undefined ? {} : { primary }),
    ...(blocking ? { blocking } : {}),
    margins: margin.named,
    ...(margin.all === undefined ? {} : { marginOfAll: margin.all }),
    thresholds: thresholds.named,
    lower: nameList(given, "lower-is-better") ?? [],
    cuts: cuts.named,
  };
}

async function readResults(file: string): Promise<Results> {
  const { results, take } = createResults();
  const problems: string[] = [];
  for await (const read of readJsonLines(file)) {
    const where = `${file}:${read.line}`;
    const row = "problem" in read ? undefined : ResultRow.safeParse(read.value);
    if ("problem" in read) problems.push(`${where}: ${read.problem}`);
    else if (!row?.success) {
      const [issue] = row?.error.issues ?? [];
      problems.push(`${where}: it is no row of results: \`${issue?.path.join(".") || "the line"}\`: ${issue?.message}`);
    } else {
      try {
        take(row.data, where);
      } catch (error) {
        problems.push(messageOf(error));
      }
    }
    if (problems.length >= 20) break;
  }
  if (problems.length > 0)
    throw new UsageError(
      problems.join("\n"),
      "One JSON object a line: {id, repeat?, metrics: {name: number or null}}.",
    );
  if (results.size === 0)
    throw new UsageError(
      `${file} has no results.`,
      "One JSON object a line: {id, repeat?, metrics: {name: number or null}}.",
    );
  return results;
}
