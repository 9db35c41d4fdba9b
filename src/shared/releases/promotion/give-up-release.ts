import { releaseCheck } from "../../gate/check-names.ts";
import type { RepositoryRef } from "../../gate/code-host.ts";
import { hold } from "../enter-stage.ts";
import type { OperationStep, Stage } from "../operation.ts";
import type { ReleaseMessage } from "../release-message.ts";
import { changedManifests, releaseNameOf } from "./changed-manifests.ts";
import type { PromotePorts } from "./promote-release.ts";
import { nameIn } from "./rerun-release.ts";

/** So long after its deadline an operation does not go on by itself any more: the minute timer has sent it again ten times. */
const graceMs = 10 * 60_000;
const beforeTheEnd: readonly Stage[] = [
  "claiming",
  "preparing",
  "smoking",
  "preflight",
  "flipping",
  "verifying",
  "undoing",
];

const begun: readonly OperationStep["state"][] = ["flipping", "undoing"];

/** A message that failed again and again: no check stays "in progress" for ever, and what hangs waits for a person, with the reason. */
export async function giveUpRelease(message: ReleaseMessage, ports: PromotePorts): Promise<void> {
  ports.log.error("release.given-up", { ...message });
  if (message.kind === "operation") return holdOperation(message, ports);
  const { repositoryId, repository, commit } = message;
  const names =
    message.kind === "rerun"
      ? [nameIn(message.operationId)]
      : (await changedManifests(message, ports)).map(({ path }) => releaseNameOf(path));
  for (const name of names) if (name !== undefined) await refuse({ repositoryId, repository }, name, commit, ports);
}

/** Its row says what is to be done, and the minute timer sends it again: only what that does not help is held. */
async function holdOperation(
  { repositoryId, operationId }: { repositoryId: number; operationId: string },
  { releases, clock, stageTimes }: PromotePorts,
): Promise<void> {
  const stored = await releases.operation(repositoryId, operationId);
  if (!stored || !beforeTheEnd.includes(stored.operation.stage)) return;
  const now = clock.now();
  if (now.getTime() - Date.parse(stored.operation.deadline) < graceMs) return;
  const { leaseUntil: _, ...operation } = stored.operation;
  const reason = "its messages failed again and again; the app's log says why";
  // Nobody has read since what became of a write that was begun.
  const steps = operation.steps.map((step) => (begun.includes(step.state) ? { ...step, unseen: true } : step));
  await releases.write(stored, hold({ ...operation, steps }, reason, { now, times: stageTimes }).operation);
}

async function refuse(ref: RepositoryRef, name: string, commit: string, ports: PromotePorts): Promise<void> {
  const reason = "what it needs could not be read or written, again and again; the app's log says why";
  const { repositoryId } = ref;
  const own = (await ports.releases.releases(repositoryId)).filter(
    (release) => release.name === name && release.commit === commit && release.status === "promoting",
  );
  for (const { releaseId } of own) {
    if (await ports.releases.operation(repositoryId, `promote-${releaseId}`)) return;
    await ports.releases.changeRelease(repositoryId, releaseId, (row) => ({ ...row, status: "refused", reason }));
  }
  const { checks } = await ports.open(ref);
  const content = {
    ...{ status: "completed" as const, conclusion: "action_required" as const },
    title: `${name} is not promoted: it failed again and again`,
    summary: `Nothing was changed: ${reason}. Run this check again, or comment \`/foundry-deploy\`.`,
  };
  const runs = await checks.find(commit, releaseCheck);
  const known = runs.find(({ externalId }) => nameIn(externalId) === name);
  if (known) return checks.update(known.id, content);
  await checks.create({ ...content, name: releaseCheck, headSha: commit, externalId: `promote-${name}` });
}
