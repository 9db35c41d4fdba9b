import * as z from "zod";
import { messageOf, NotFoundError, RetryableError } from "../errors.ts";
import type { PullRequests } from "../gate/code-host.ts";
import { redact } from "../redaction/redact.ts";
import { liftQuarantine } from "./lift-quarantine.ts";
import { type PromotePorts, promoteRelease } from "./promotion/promote-release.ts";
import { marksOf } from "./release-marks.ts";
import { targetKey } from "./release-state.ts";
import {
  type ApiAnswer,
  type ApiRequest,
  mayDo,
  type RollbackApiPorts,
  readBody,
  shown,
  unknownRelease,
  unknownRepository,
} from "./rollback-api.ts";

const reason = z.string().trim().min(1, "say why: it is kept, and shown to everybody").max(500);
/** A pause that nobody remembers must end. */
const mostPauseHours = 14 * 24;

const PauseBody = z.object({ reason, hours: z.number().positive().max(mostPauseHours).default(24) }).strict();
const LiftBody = z
  .object({
    reason,
    digest: z
      .string()
      .regex(/^[0-9a-f]{12,64}$/, "a content's digest, or its first 12 digits or more")
      .optional(),
  })
  .strict();
const PromotionBody = z
  .object({
    reason,
    /** Of the default branch; default: its tip. */
    commit: z
      .string()
      .regex(/^[0-9a-f]{40}$/, "a whole commit id")
      .optional(),
  })
  .strict();

/** `POST /api/releases/{id}/pause`: nothing happens to its targets by itself for a time. Rollbacks by people are not held up. */
export async function postPause(request: ApiRequest & { body: string }, ports: RollbackApiPorts): Promise<ApiAnswer> {
  const who = await mayDo("Assay.Operator", request, ports);
  if ("status" in who) return who;
  const read = readBody(request.body, PauseBody);
  if ("status" in read) return read;
  const repositoryId = await ports.repositoryId(request.repository);
  if (repositoryId === undefined) return unknownRepository(request);
  const release = await ports.releases.release(repositoryId, request.releaseId);
  if (!release) return unknownRelease(request);
  const now = ports.clock.now();
  const until = new Date(now.getTime() + read.given.hours * 3_600_000).toISOString();
  const paused = { until, why: redact(read.given.reason).text, by: who.subject };
  const targets = (await ports.releases.targets(repositoryId)).filter(
    (target) => targetKey(target) in release.pointers,
  );
  for (const target of targets)
    await ports.releases.mark(repositoryId, targetKey(target), (known) => ({ ...known, paused }));
  const after = await ports.releases.targets(repositoryId);
  return { status: 200, body: { releaseId: release.releaseId, targets: marksOf(release, after, now) } };
}

/** `POST /api/releases/{id}/lift`: what a release brought may ship again, or one content of it. */
export async function postLift(request: ApiRequest & { body: string }, ports: RollbackApiPorts): Promise<ApiAnswer> {
  const who = await mayDo("Assay.Operator", request, ports);
  if ("status" in who) return who;
  const read = readBody(request.body, LiftBody);
  if ("status" in read) return read;
  const repositoryId = await ports.repositoryId(request.repository);
  if (repositoryId === undefined) return unknownRepository(request);
  const release = await ports.releases.release(repositoryId, request.releaseId);
  if (!release) return unknownRelease(request);
  const { releaseId } = release;
  const asked = { ...read.given, repositoryId, releaseId, id: ports.newId(), by: who.subject, via: "api" as const };
  const lifted = await liftQuarantine(asked, ports);
  if (lifted.kind === "refused") return { status: 409, body: { error: `Nothing was lifted: ${lifted.reason}.` } };
  return { status: 200, body: { releaseId, quarantine: lifted.contents } };
}

type PromotionPorts = RollbackApiPorts & PromotePorts;

/** `POST /api/releases/{name}/promotion`: what a merge would do, asked for by a person. Everything that refuses a merge refuses it. */
export async function postPromotion(request: ApiRequest & { body: string }, ports: PromotionPorts): Promise<ApiAnswer> {
  try {
    return await promoteAsked(request, ports);
  } catch (thrown) {
    if (!(thrown instanceof RetryableError)) throw thrown;
    ports.log.warn("promotion.unread", { reason: messageOf(thrown) });
    const reason = redact(messageOf(thrown)).text.slice(0, 300);
    return { status: 503, body: { error: `Not promoted, for what speaks for it cannot be read now: ${reason}` } };
  }
}

async function promoteAsked(request: ApiRequest & { body: string }, ports: PromotionPorts): Promise<ApiAnswer> {
  const who = await mayDo("Assay.Operator", request, ports);
  if ("status" in who) return who;
  const read = readBody(request.body, PromotionBody);
  if ("status" in read) return read;
  const known = await ports.releases.repositories();
  const asked = request.repository?.toLowerCase();
  const named = known.filter(({ repository }) => asked === undefined || repository.toLowerCase() === asked);
  const [ref] = named;
  if (!ref || named.length > 1) return unknownRepository(request);
  const { pulls } = await ports.open(ref);
  const branch = await pulls.defaultBranch();
  const tip = await pulls.tip(branch);
  const { commit = tip } = read.given;
  // GitHub knows the commits of branches and forks too, which nobody has merged.
  if (commit !== tip && !(await isMerged(commit, tip, pulls)))
    return { status: 409, body: { error: `Not promoted: ${commit.slice(0, 10)} is no commit of ${branch}.` } };
  const acceptedAt = ports.clock.now().toISOString();
  const cause = { kind: "person", by: who.subject, reason: redact(read.given.reason).text, acceptedAt } as const;
  const promoted = await promoteRelease({ ...ref, name: request.releaseId, commit, cause, again: true }, ports);
  if (promoted.kind === "unknown")
    return {
      status: 404,
      body: { error: `${commit.slice(0, 10)} has no manifest ${request.releaseId} that can be read.` },
    };
  if (promoted.kind === "refused")
    return { status: 409, body: { error: "Not promoted.", refusals: promoted.refusals } };
  return { status: promoted.isNew ? 202 : 200, body: { operation: shown(promoted.operation) } };
}

async function isMerged(commit: string, tip: string, { mergeBase }: Pick<PullRequests, "mergeBase">): Promise<boolean> {
  try {
    return (await mergeBase(tip, commit)) === commit;
  } catch (thrown) {
    if (thrown instanceof NotFoundError) return false;
    throw thrown;
  }
}
