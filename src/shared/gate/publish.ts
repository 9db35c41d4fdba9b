import { PermanentError } from "../errors.ts";
import { baselineCheck, gateCheck } from "./check-names.ts";
import { nothingToDoText, renderCheck, waitingText } from "./check-text.ts";
import type { Checks, Conclusion } from "./code-host.ts";
import { renderComment, renderWaiting } from "./comment.ts";
import { pullKey, update } from "./gate-store.ts";
import { type Plan, reportPath } from "./plan.ts";
import type { GatePorts, OpenRepository } from "./ports.ts";
import { recordBaselines } from "./record-baselines.ts";
import type { GateReport } from "./report.ts";
import type { Gate } from "./schema.ts";
import { closeSuperseded } from "./supersede.ts";
import { removeComment, upsertComment } from "./upsert-comment.ts";

/** Stores the verdict with its evidence, then tells GitHub: the comment first, so that who sees the check finds the reasons. */
export async function publishReport(gate: Gate, plan: Plan, report: GateReport, ports: GatePorts): Promise<void> {
  const { store } = ports;
  const { repositoryId, gateId } = gate;
  await ports.reports.write(repositoryId, reportPath(gateId), report);
  const text = renderCheck(report);
  const { conclusion, verdict } = report.verdict;
  await store.verdicts.insert(repositoryId, gateId, {
    gateId,
    conclusion,
    verdict,
    title: text.title,
    decidedAt: report.concludedAt,
  });
  const current = await update(store.gates, repositoryId, gateId, (now): Gate | undefined =>
    now.stage === "superseded" ? undefined : { ...now, stage: "concluding" },
  );
  if (!current) return closeIfSuperseded(gate, ports);
  const host = await ports.open(gate);
  if (gate.kind === "pull" && gate.number !== undefined) {
    if (!(await answersForHead(gate, ports))) return closeIfSuperseded(gate, ports);
    const silent = plan.comments === "never" || (plan.comments === "failures" && conclusion === "success");
    await tell(gate.number, host, silent ? undefined : renderComment(report), ports);
  }
  if (gate.kind === "baseline") await recordBaselines(gate, report, ports);
  await completeCheck(gate, host.checks, conclusion, text);
  await closeGate(gate, ports);
}

/** Nothing that the gate watches has changed: green, and it says what it did not look at. */
export async function publishNothingToDo(
  gate: Gate,
  title: string,
  host: OpenRepository,
  ports: GatePorts,
  body?: string,
): Promise<void> {
  if (gate.number !== undefined && (await answersForHead(gate, ports))) {
    // An earlier head of this pull request may have had something to say; it no longer holds.
    await tell(gate.number, host, body, ports);
  }
  await completeCheck(gate, host.checks, "success", nothingToDoText(title));
  await closeGate(gate, ports);
}

/** A stranger's content meets no credential: the check says what a writer can do, and the gate stops here. */
export async function publishWaiting(
  gate: Gate,
  host: OpenRepository,
  ports: GatePorts,
  text = waitingText(gate.headSha),
): Promise<void> {
  if (gate.number !== undefined) await tell(gate.number, host, renderWaiting(gate.headSha), ports);
  await completeCheck(gate, host.checks, "action_required", text);
  await update(ports.store.gates, gate.repositoryId, gate.gateId, (now): Gate | undefined =>
    now.stage === "planning" ? { ...now, stage: "waiting" } : undefined,
  );
  await ports.store.active.remove(gate.repositoryId, gate.gateId);
}

/** A conversation may be locked, or comments not allowed to the app: the check alone has to say it then. */
async function tell(
  number: number,
  { comments }: OpenRepository,
  body: string | undefined,
  ports: GatePorts,
): Promise<void> {
  try {
    if (body === undefined) await removeComment(comments, number);
    else await upsertComment(comments, number, body);
  } catch (thrown) {
    if (!(thrown instanceof PermanentError)) throw thrown;
    ports.log.warn("comment.refused", { number, reason: thrown.message });
  }
}

type Text = ReturnType<typeof renderCheck>;

/** Annotations append, so a check that already says this is left as it is. */
async function completeCheck(gate: Gate, checks: Checks, conclusion: Conclusion, text: Text): Promise<void> {
  const name = gate.kind === "baseline" ? baselineCheck : gateCheck;
  const [run] = await checks.find(gate.headSha, name);
  if (!run) throw new PermanentError(`the check "${name}" of ${gate.headSha} is gone; press re-run on another check`);
  if (run.externalId !== gate.gateId) return;
  if (run.status === "completed" && run.conclusion === conclusion && run.title === text.title) return;
  await checks.update(run.id, { status: "completed", conclusion, ...text });
}

/** The gate's rows alone: whoever calls has told GitHub, or cannot. */
export async function closeGate(gate: Gate, ports: GatePorts, reason?: string): Promise<void> {
  await update(ports.store.gates, gate.repositoryId, gate.gateId, (now): Gate | undefined =>
    now.stage === "superseded" ? undefined : { ...now, stage: "concluded", ...(reason ? { reason } : {}) },
  );
  await ports.store.active.remove(gate.repositoryId, gate.gateId);
}

async function closeIfSuperseded(gate: Gate, ports: GatePorts): Promise<void> {
  const now = await ports.store.gates.get(gate.repositoryId, gate.gateId);
  if (now?.value.stage === "superseded") await closeSuperseded(now.value, ports);
}

async function answersForHead(gate: Gate, ports: GatePorts): Promise<boolean> {
  const pull =
    gate.number === undefined ? undefined : await ports.store.pulls.get(gate.repositoryId, pullKey(gate.number));
  return pull?.value.gateId === gate.gateId;
}
