import type { Delivery, WorkMessage } from "../deliveries/delivery.ts";
import { redeliverMissed } from "../deliveries/missed.ts";
import { InvalidInputError, PermanentError } from "../errors.ts";
import { redact } from "../redaction/redact.ts";
import { answerComment } from "./answer-comment.ts";
import { baselineCheck, gateCheck, releaseCheck } from "./check-names.ts";
import { considerBaseline, considerGroup, considerPull, dropGroup, rerunGroup } from "./consider.ts";
import { throwIfNotThereYet } from "./not-there-yet.ts";
import type { WorkPorts } from "./ports.ts";
import { reconcile } from "./reconcile.ts";
import { sweepGate } from "./sweep-gate.ts";

/** Does the work that one queue message stands for; safe to repeat. What no repeat can mend is not repeated. */
export async function perform(message: WorkMessage, ports: WorkPorts): Promise<void> {
  if (message.kind === "delivery") return performDelivery(message, ports);
  try {
    await maintain(message, ports);
  } catch (thrown) {
    if (!(thrown instanceof PermanentError)) throw thrown;
    // The timer that asked for it asks again.
    ports.log.error("work.refused", { ...message, reason: thrown.message });
  }
}

type DeliveryMessage = Extract<WorkMessage, { kind: "delivery" }>;

async function maintain(message: Exclude<WorkMessage, DeliveryMessage>, ports: WorkPorts): Promise<void> {
  if (message.kind === "sweepGate") return sweepGate(message, ports);
  if (message.kind === "reconcile") return reconcile(message.repositoryId, ports);
  if (message.kind === "redeliver") {
    await redeliverMissed(ports.sent, ports.clock, ports.log);
  }
}

async function performDelivery(message: DeliveryMessage, ports: WorkPorts): Promise<void> {
  const delivery = await ports.deliveries.start(message.repositoryId, message.deliveryId);
  if (!delivery) return;
  if (!delivery.wanted) return ports.deliveries.finish(message.repositoryId, message.deliveryId, "ignored");
  try {
    await answer(delivery, ports);
    await ports.deliveries.finish(message.repositoryId, message.deliveryId, "done");
  } catch (thrown) {
    if (!(thrown instanceof PermanentError)) throw thrown;
    throwIfNotThereYet(thrown, delivery.receivedAt, ports.clock);
    ports.log.warn("delivery.refused", { deliveryId: delivery.deliveryId, reason: thrown.message });
    // A failed delivery may be brought again; one that asks for nonsense may not.
    const outcome = thrown instanceof InvalidInputError ? "ignored" : "failed";
    await ports.deliveries.finish(message.repositoryId, message.deliveryId, outcome, redact(thrown.message).text);
  }
}

async function answer(delivery: Delivery, ports: WorkPorts): Promise<void> {
  const { event, repositoryId, repository, pull, headSha } = delivery;
  if (!repository) return;
  const ref = { repositoryId, repository };
  if (event === "pull_request" && pull) return considerPull(ref, pull, { kind: "seen" }, ports);
  if (event === "push" && headSha) {
    // Enqueued first: no baseline that cannot be planned keeps a release waiting.
    await ports.releases.pushed(ref, headSha, delivery.baseSha);
    return considerBaseline(ref, headSha, ports);
  }
  if (event === "merge_group" && headSha) {
    if (delivery.action === "destroyed") return dropGroup(ref, headSha, ports);
    const { baseSha = "", ref: headRef } = delivery;
    return considerGroup(ref, { headSha, baseSha, ...(headRef === undefined ? {} : { headRef }) }, ports);
  }
  if (event === "issue_comment" && pull && delivery.commentId) {
    await answerComment(ref, pull, delivery.commentId, ports);
    return ports.releases.commented(ref, pull, delivery.commentId);
  }
  if (event === "check_run" || event === "check_suite") return rerun(delivery, ref, ports);
}

/** The re-run buttons of GitHub: one check, or all of the app's checks on a commit. */
async function rerun(
  delivery: Delivery,
  ref: { repositoryId: number; repository: string },
  ports: WorkPorts,
): Promise<void> {
  const { headSha, appId, checkName, checkExternalId, deliveryId } = delivery;
  if (!headSha || appId !== ports.appId) return;
  if (checkName && ![gateCheck, baselineCheck, releaseCheck].includes(checkName)) return;
  const { pulls, checks } = await ports.open(ref);
  if (checkName === undefined || checkName === releaseCheck) {
    const runs = await checks.find(headSha, releaseCheck);
    const pressed = runs.filter(({ externalId }) => checkName === undefined || externalId === checkExternalId);
    for (const { externalId } of pressed) await ports.releases.rerequested(ref, headSha, externalId, delivery.sender);
  }
  if (checkName === releaseCheck) return;
  const cause = { kind: "rerun" as const, id: deliveryId };
  if (checkName !== baselineCheck) {
    // A fork's check events name no pull request: the head is what finds it.
    for (const pull of (await pulls.listOpen()).filter((pull) => pull.headSha === headSha)) {
      await considerPull(ref, pull.number, cause, ports);
    }
    await rerunGroup(ref, headSha, deliveryId, ports);
  }
  const baselined = await checks.find(headSha, baselineCheck);
  if (baselined.length > 0 && checkName !== gateCheck) await considerBaseline(ref, headSha, ports, deliveryId);
}
