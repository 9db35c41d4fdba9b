import type { RunOutcome } from "../../evals/run-cases.ts";
import { failureSummary } from "../../evals/run-shard.ts";
import type { Shard } from "../../evals/shard.ts";
import { answeringModelFindings } from "../answering-model.ts";
import type { Planned } from "../build-plan.ts";
import { changedConfiguration } from "../changed-configuration.ts";
import { decideGate } from "../decide.ts";
import { sideFigures } from "../figures.ts";
import type { CaseSamples } from "../judge.ts";
import type { JudgedPart } from "../judge-gate.ts";
import { judgeRun } from "../judge-run.ts";
import type { PlannedComparison } from "../plan.ts";
import type { GateReport, JudgedComparison } from "../report.ts";
import { samplesOf } from "../run-plan.ts";
import type { Gate } from "../schema.ts";
import { shownCases } from "../shown-cases.ts";
import { verdictLine } from "../verdict-line.ts";
import { type ClassFigures, classFigures } from "./class-figures.ts";
import { failingSamples } from "./failing-samples.ts";
import type { FailingSample, RunReport } from "./run-report.ts";

export interface RunFacts {
  gate: Gate;
  /** A part of the suite was run. */
  part: boolean;
  subject: string;
  notes: string[];
  concludedAt: string;
  /** Of samples that were read one after the other and are not held: what is read off them. */
  read?: { figures: GateReport["figures"]; failing: FailingSample[]; planned: number };
}

/** A run without a base is judged here, against its floors. */
type ReportedPart = Pick<JudgedPart, "comparison" | "cases"> & Partial<Pick<JudgedPart, "judged">>;

/** What a run of the command line came to, from its plan and the stored samples alone. */
export async function planReport(
  { plan, shards }: Planned,
  parts: readonly ReportedPart[],
  outcome: RunOutcome,
  facts: RunFacts,
): Promise<RunReport> {
  const { gate, subject, notes, concludedAt } = facts;
  const alone = gate.baseSha === undefined;
  const cases = parts.map(({ comparison, cases: own }): [PlannedComparison, CaseSamples[]] => [comparison, own]);
  const judged = parts.map(({ judged: own, comparison, cases: samples }) =>
    alone || !own ? judgeRun(comparison, samples, plan, facts.part) : own,
  );
  const deciding = judged.filter(({ advisory }) => alone || !advisory).map(({ verdict }) => verdict);
  const unfinished = outcome.state !== "done" ? [stoppedWhy(outcome)] : [];
  const { gateId, kind, repository, headSha, baseSha, createdAt } = gate;
  const { flips, worst } = facts.read ? { flips: [], worst: [] } : await casesToShow(cases, judged, shards);
  const figures = facts.read?.figures ?? plan.runs.map((run) => sideFigures(run, cases, gateId));
  const otherModel = answeringModelFindings(plan.runs, figures);
  const classes = facts.read ? [] : await classesOf(cases, shards);
  const report: GateReport = {
    ...{ gateId, kind, repository, headSha, mode: plan.mode, policyFrom: plan.policyFrom },
    ...(baseSha === undefined ? {} : { baseSha }),
    verdict: decideGate(deciding, {
      mode: "enforce",
      inconclusive: plan.onInconclusive === "block" ? "block" : "warn",
    }),
    comparisons: judged,
    figures,
    diffs: plan.diffs,
    ...changedConfiguration(plan),
    flips,
    // A run without a base lists its failing samples one by one.
    ...(alone || worst.length === 0 ? {} : { worst }),
    edits: plan.edits,
    findings: [...plan.findings, ...otherModel],
    // The first is the line of a run that was not evaluated: that the rest was never asked says more than how a call failed.
    failures:
      outcome.state === "gaveUp"
        ? [...unfinished, ...failureSummary(outcome.failures)]
        : [...failureSummary(outcome.failures), ...unfinished],
    calls: { planned: facts.read?.planned ?? samplesOf(shards), failed: outcome.failed },
    startedAt: createdAt,
    concludedAt,
  };
  return {
    kind: alone ? "eval" : "compare",
    subject,
    line: alone ? evalLine(report) : verdictLine({ ...report, mode: "enforce" }),
    notes: [...notes, ...otherModel.map(({ message }) => message)],
    ...(classes.length === 0 ? {} : { classes }),
    failing: facts.read
      ? facts.read.failing
      : alone
        ? cases.flatMap(([comparison, samples]) => failingSamples(comparison, samples))
        : [],
    report,
  };
}

function stoppedWhy({ state, reason }: RunOutcome): string {
  if (state === "capped") return `stopped by a cap: ${reason ?? "the rest would cost more than is allowed"}`;
  if (state === "gaveUp") return reason ?? "given up: the model gave no answer";
  if (reason !== undefined) return `stopped: ${reason}`;
  return state === "more" ? "the time was up before every call was made" : "stopped before every call was made";
}

/** A pair that is judged under two rules has the same samples under both. */
async function classesOf(
  cases: readonly [PlannedComparison, CaseSamples[]][],
  shards: readonly Shard[],
): Promise<ClassFigures[]> {
  const byId = new Map(shards.map((shard) => [shard.shardId, shard]));
  const once = cases.filter(
    ([own], i) => cases.findIndex(([other]) => other.suite === own.suite && other.prompt === own.prompt) === i,
  );
  const all = await Promise.all(
    once.map(([comparison, own]) => classFigures(comparison, own, async (id) => byId.get(id))),
  );
  return all.flat();
}

async function casesToShow(
  cases: readonly [PlannedComparison, CaseSamples[]][],
  judged: readonly JudgedComparison[],
  shards: readonly Shard[],
): ReturnType<typeof shownCases> {
  const byId = new Map(shards.map((shard) => [shard.shardId, shard]));
  const parts = cases.flatMap(([comparison, samples], index) => {
    const own = judged[index];
    return own ? [{ comparison, judged: own, cases: samples }] : [];
  });
  return shownCases(parts, async (id) => byId.get(id));
}

const words = {
  pass: "Passed",
  regressed: "Below its floor",
  inconclusive: "Inconclusive",
  notEvaluated: "Not evaluated",
};

function evalLine({ verdict, failures }: GateReport): string {
  const [first = ""] = verdict.suites.filter((own) => own.verdict === verdict.verdict).map(({ reason }) => reason);
  if (verdict.verdict === "notEvaluated" && failures[0]) return `${words.notEvaluated}: ${failures[0]}`;
  return `${words[verdict.verdict]}: ${first || verdict.title}`;
}
