import type { Clock } from "../../clock.ts";
import { code, prose } from "../../gate/markdown.ts";
import { redact } from "../../redaction/redact.ts";
import { readRepository } from "../../repository/read-repository.ts";
import { askRollback, previewRollback } from "../ask-rollback.ts";
import { leastDigits, liftQuarantine } from "../lift-quarantine.ts";
import type { Cause } from "../operation.ts";
import { overrideByComment } from "../overrides/override-comment.ts";
import type { OverridePorts } from "../overrides/override-route.ts";
import { preview } from "../preview.ts";
import { type PromotePorts, promoteRelease } from "../promotion/promote-release.ts";
import { wasReplaced } from "../promotion/was-replaced.ts";
import { type ReleaseState, type TargetState, targetKey } from "../release-state.ts";
import type { ReleaseCommandRequest } from "./answer-release-commands.ts";
import { previewText } from "./preview-text.ts";
import type { ReleaseCommand } from "./release-command.ts";

export interface PerformPorts extends PromotePorts {
  overrides(): Promise<OverridePorts>;
  clock: Clock;
}

type Asked<K extends ReleaseCommand["kind"]> = Omit<ReleaseCommandRequest, "command"> & {
  repository: string;
  command: Extract<ReleaseCommand, { kind: K }>;
};

/** Does what a comment asks of releases; returns the answer. Safe to repeat: what it writes is the same again. */
export async function performReleaseCommand(
  request: ReleaseCommandRequest & { repository: string },
  ports: PerformPorts,
): Promise<string> {
  const { command } = request;
  switch (command.kind) {
    case "promote":
      return promote({ ...request, command }, ports);
    case "rollback":
      return rollback({ ...request, command }, ports);
    case "freeze":
      return freeze({ ...request, command }, ports);
    case "unlock":
      return unlock({ ...request, command }, ports);
    case "lift":
      return lift({ ...request, command }, ports);
    case "override":
    case "endOverride":
      return overrideByComment({ ...request, command }, await ports.overrides());
  }
}

/** What the pull request merged, as long as the default branch still says the same: a comment must not bring back what was replaced. */
async function promote({ repositoryId, repository, number, by, command }: Asked<"promote">, ports: PerformPorts) {
  const host = await ports.open({ repositoryId, repository });
  const pull = await host.pulls.get(number);
  if (pull.mergedAs === undefined)
    return "Nothing was promoted: the pull request is not merged. What is merged is promoted.";
  const read = (at: string) => readRepository(host.reader, at, { cache: ports.blobCache(repositoryId) });
  const own = (await read(pull.mergedAs)).releases.filter(({ stage }) => stage === command.stage);
  const named = own.filter(({ name }) => command.release === undefined || name === command.release);
  const [manifest] = named;
  const names = own.map(({ name }) => code(name)).join(", ") || "none";
  if (!manifest) return `Nothing was promoted: no such manifest at ${code(command.stage)}. There: ${names}.`;
  if (named.length > 1) return `Nothing was promoted: name one of ${names}.`;
  if (await wasReplaced({ repositoryId, repository }, manifest, ports))
    return `Nothing was promoted: ${code(manifest.name)} was changed since on the default branch. Ask in the pull request that changed it.`;
  const cause: Cause = {
    kind: "person",
    by,
    reason: `asked for in #${number}`,
    acceptedAt: ports.clock.now().toISOString(),
  };
  const { name } = manifest;
  const promoted = await promoteRelease(
    { repositoryId, repository, name, commit: pull.mergedAs, pull: number, cause, again: true },
    ports,
  );
  if (promoted.kind === "unknown") return `Nothing was promoted: ${code(name)} cannot be read.`;
  if (promoted.kind === "refused")
    return `${code(name)} is not promoted:\n${promoted.refusals.map(({ reason, mend }) => `- ${prose(reason)} ${prose(mend)}`).join("\n")}`;
  return `${code(promoted.operation.releaseId)} is being promoted (${code(promoted.operation.operationId)}).`;
}

async function rollback(request: Asked<"rollback">, ports: PerformPorts): Promise<string> {
  const { repositoryId, number, by, command } = request;
  const found = await releaseOf(request, command.what, command.stage, ports);
  if (typeof found === "string") return found;
  const reason = redact(command.reason ?? `asked for in #${number}`).text;
  const cause: Cause = { kind: "person", by, reason, acceptedAt: ports.clock.now().toISOString() };
  const { releaseId } = found;
  const asked = {
    repositoryId,
    releaseId,
    cause,
    automatic: false,
    approve: command.approve ?? false,
    decline: command.decline ?? false,
    ...(command.to === undefined ? {} : { to: command.to }),
  };
  if (command.dryRun) {
    const decision = await previewRollback(asked, ports);
    if (!decision || decision.kind === "record")
      return `${code(releaseId)} would not be rolled back: ${prose(decision?.reason ?? "it is not known")}.`;
    return previewText(await preview(decision, ports));
  }
  const answered = await askRollback(asked, ports);
  if (answered.kind === "unknown") return `There is no release ${code(releaseId)}.`;
  if (answered.kind === "record")
    return `${code(releaseId)} is not ${command.decline ? "declined" : "rolled back"}: ${prose(answered.reason)}.`;
  const { operationId, stage } = answered.operation;
  if (command.decline)
    return `${code(operationId)} is declined: ${code(releaseId)} stays as it is, and the watch does not ask about it again.`;
  return `${code(releaseId)} is ${answered.isNew ? "being rolled back" : `in ${code(operationId)} already, at ${code(stage)}`} (${code(operationId)}).`;
}

async function freeze(request: Asked<"freeze">, ports: PerformPorts): Promise<string> {
  const { repositoryId, by, command } = request;
  const targets = await targetsOf(request, command.what, ports);
  if (typeof targets === "string") return targets;
  const until = new Date(ports.clock.now().getTime() + command.hours * 3_600_000).toISOString();
  const frozen = { until, why: redact(command.reason).text, by };
  for (const target of targets)
    await ports.releases.mark(repositoryId, targetKey(target), (known) => ({ ...known, frozen }));
  return `Nothing is promoted to ${namesOf(targets)} until ${until}; rollbacks are not held up.`;
}

async function unlock(request: Asked<"unlock">, ports: PerformPorts): Promise<string> {
  const targets = await targetsOf(request, request.command.what, ports);
  if (typeof targets === "string") return targets;
  for (const target of targets)
    await ports.releases.mark(request.repositoryId, targetKey(target), (known) => {
      const { frozen: _, paused: __, ...free } = known;
      return free;
    });
  return `${namesOf(targets)}: neither frozen nor paused any more.`;
}

async function lift({ id, repositoryId, by, command }: Asked<"lift">, ports: PerformPorts): Promise<string> {
  const { digest, reason } = command;
  const { audit } = await ports.overrides();
  const lifted = await liftQuarantine({ id, repositoryId, digest, by, via: "comment", reason }, { ...ports, audit });
  if (lifted.kind === "refused") return `Nothing was lifted: ${prose(lifted.reason)}.`;
  const contents = lifted.contents.map((one) => code(one.digest.slice(0, leastDigits))).join(", ");
  return `${contents || "It"} may ship again${contents ? "" : ", for somebody else was first"}. What is rolled back once more is in quarantine once more.`;
}

/** The release that is meant: by its id, or the one that serves a target; else the pull request's own. */
async function releaseOf(
  request: Pick<ReleaseCommandRequest, "repositoryId" | "number">,
  what: string | undefined,
  stage: string | undefined,
  { releases: store }: PerformPorts,
): Promise<ReleaseState | string> {
  const [releases, targets] = await Promise.all([
    store.releases(request.repositoryId),
    store.targets(request.repositoryId),
  ]);
  const at = releases.filter((release) => stage === undefined || release.stage === stage);
  const serving = new Set(
    targets.filter((target) => what === undefined || isNamed(target, what)).map(({ current }) => current),
  );
  const found =
    what === undefined
      ? at.filter(({ pull, releaseId }) => pull === request.number && serving.has(releaseId))
      : at.filter(
          ({ releaseId, name }) =>
            releaseId === what || serving.has(releaseId) || (name === what && isServing(releaseId)),
        );
  const [only] = found;
  if (only && found.length === 1) return only;
  const names = at
    .filter(({ releaseId }) => isServing(releaseId))
    .map(({ releaseId }) => code(releaseId))
    .join(", ");
  const why = only
    ? "several releases are meant"
    : what
      ? `nothing is called ${code(what)}`
      : "this pull request's release serves nothing";
  return `Nothing was done: ${why}. Name one that serves: ${names || "there is none"}.`;

  function isServing(releaseId: string): boolean {
    return targets.some(({ current }) => current === releaseId);
  }
}

async function targetsOf(
  request: Pick<ReleaseCommandRequest, "repositoryId" | "number">,
  what: string | undefined,
  ports: PerformPorts,
): Promise<TargetState[] | string> {
  const targets = await ports.releases.targets(request.repositoryId);
  const named = what === undefined ? [] : targets.filter((target) => isNamed(target, what));
  if (named.length > 0) return named;
  const release = await releaseOf(request, what, undefined, ports);
  if (typeof release === "string")
    return `${release} Targets: ${targets.map((target) => code(targetKey(target))).join(", ") || "none"}.`;
  return targets.filter(({ current }) => current === release.releaseId);
}

function isNamed(target: TargetState, what: string): boolean {
  return target.alias === what || targetKey(target) === what;
}

function namesOf(targets: readonly TargetState[]): string {
  return targets.map((target) => code(targetKey(target))).join(", ");
}
