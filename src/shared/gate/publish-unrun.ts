import { changedConfiguration } from "./changed-configuration.ts";
import { decideGate } from "./decide.ts";
import type { Plan } from "./plan.ts";
import type { GatePorts } from "./ports.ts";
import { publishReport } from "./publish.ts";
import type { GateReport } from "./report.ts";
import type { Gate } from "./schema.ts";

/** What the gate says where it ran nothing: findings that must be mended first, or a budget that the run would break. */
export async function publishUnrun(gate: Gate, plan: Plan, ports: GatePorts): Promise<void> {
  await publishReport(gate, plan, unrunReport(gate, plan, [], ports.clock.now()), ports);
}

export function unrunReport(gate: Gate, plan: Plan, failures: string[], now: Date): GateReport {
  const { gateId, kind, repository, headSha, number, baseSha } = gate;
  const verdict = decideGate([], { mode: plan.mode, inconclusive: plan.onInconclusive === "block" ? "block" : "warn" });
  const errors = plan.findings.filter(({ severity }) => severity === "error");
  const why =
    errors.length > 0
      ? [`${errors.length === 1 ? "1 finding" : `${errors.length} findings`} to mend first`]
      : [...plan.overBudget, ...failures];
  const observed = plan.mode === "observe";
  return {
    gateId,
    kind,
    repository,
    headSha,
    ...(number === undefined ? {} : { number }),
    ...(baseSha === undefined ? {} : { baseSha }),
    mode: plan.mode,
    policyFrom: plan.policyFrom,
    verdict: {
      ...verdict,
      verdict: "notEvaluated",
      // What a person must mend is a failure; what the infrastructure could not do asks for action.
      conclusion: observed ? "neutral" : errors.length > 0 ? "failure" : "action_required",
      blocked: !observed,
      title: `Not evaluated: ${why[0] ?? "nothing ran"}`,
      reasons: why,
    },
    comparisons: [],
    figures: [],
    diffs: plan.diffs,
    ...changedConfiguration(plan),
    flips: [],
    edits: plan.edits,
    findings: plan.findings,
    failures,
    startedAt: gate.createdAt,
    concludedAt: now.toISOString(),
  };
}
