import type { Clock } from "../../clock.ts";
import { messageOf } from "../../errors.ts";
import type { Log } from "../../log.ts";
import type { IncidentStore } from "../alerts/incident.ts";
import type { AuditTrail } from "../audit.ts";
import type { HeldDeployment } from "../deployments.ts";
import type { ReleaseStore } from "../release-store.ts";
import type { OpenTargets, Refused } from "../target-port.ts";
import { type ReapedRepository, whyKept } from "./why-kept.ts";

/** One account, by the identity that may delete and do nothing else. */
export interface ReapedAccount {
  list(): Promise<HeldDeployment[]>;
  /** `begun`: it is accepted, or there is none. */
  remove(name: string): Promise<{ kind: "begun" } | Refused>;
}

export interface ReaperPorts {
  /** `dryRun` says in the log what it would delete. */
  mode: "off" | "dryRun" | "delete";
  /** Each account once, by its resource id. */
  accounts: ReadonlyMap<string, () => Promise<ReapedAccount>>;
  /** Of an account's last hour; undefined where nothing was told. @throws where it cannot be read */
  requests(account: string, deployments: readonly string[]): Promise<ReadonlyMap<string, number> | undefined>;
  releases: ReleaseStore;
  targets: OpenTargets;
  incidents: Pick<IncidentStore, "open">;
  /** Which file of the default branch names a deployment. */
  namedIn(repository: {
    repositoryId: number;
    repository: string;
  }): Promise<(deployment: string) => string | undefined>;
  audit: AuditTrail;
  clock: Clock;
  log: Log;
}

/** Deletes at most one deployment an account that nothing needs: an account takes one change at a time, and a rollback's comes first. */
export async function reap(ports: ReaperPorts): Promise<void> {
  if (ports.mode === "off") return;
  for (const [account, open] of ports.accounts) {
    try {
      await reapAccount(account, await open(), ports);
    } catch (thrown) {
      ports.log.warn("reaper.kept", { account, reason: messageOf(thrown).slice(0, 300) });
    }
  }
}

async function reapAccount(account: string, { list, remove }: ReapedAccount, ports: ReaperPorts): Promise<void> {
  const { clock, log, mode } = ports;
  const all = await list();
  const own = all.filter(({ tags }) => tags["assay-release"] !== undefined);
  if (own.length === 0) return;
  const busy = all.find(({ provisioningState }) => provisioningState === "Deleting");
  if (busy) return log.info("reaper.waits", { account, reason: `${busy.name} is being deleted` });
  const requests = await ports.requests(
    account,
    all.map(({ name }) => name),
  );
  // Last, so that nothing has changed meanwhile.
  const repositories = await readRepositories(ports);
  if (typeof repositories === "string") return log.info("reaper.waits", { account, reason: repositories });
  const facts = { now: clock.now(), repositories, requests };
  const judged = own.map((held) => ({ held, reason: whyKept(held, facts) }));
  const [next] = judged.filter(({ reason }) => reason === undefined).map(({ held }) => held);
  const kept = Object.fromEntries(judged.flatMap(({ held, reason }) => (reason ? [[held.name, reason]] : [])));
  log.info("reaper.looked", { account, mode, next: next?.name, kept });
  if (!next || mode !== "delete") return;
  await removeAudited(account, next, repositories, { remove, ports });
}

async function removeAudited(
  account: string,
  { name, tags }: HeldDeployment,
  repositories: readonly ReapedRepository[],
  { remove, ports }: { remove: ReapedAccount["remove"]; ports: ReaperPorts },
): Promise<void> {
  const by = tags["assay-release"] ?? "";
  const { repositoryId = 0 } =
    repositories.find(({ releases }) => releases.some(({ releaseId }) => releaseId === by)) ?? {};
  const at = ports.clock.now().toISOString();
  const entry = {
    ...{
      repositoryId,
      id: name,
      at,
      what: "deployment.deleted" as const,
      by: "reaper",
      account,
      deployment: name,
      releaseId: by,
    },
    reason: "nothing needs it any more",
  };
  await ports.audit.intend(entry);
  const result = await remove(name);
  const outcome = result.kind === "begun" ? "begun" : `refused: ${result.code}: ${result.reason}`;
  await ports.audit.conclude(entry, outcome);
  ports.log.info("reaper.deleted", { account, deployment: name, releaseId: by, outcome });
}

/** Everything that may need a deployment; a reason to wait where an operation is under way. */
async function readRepositories(ports: ReaperPorts): Promise<ReapedRepository[] | string> {
  const incidents = (await ports.incidents.open()).map(({ value }) => value);
  const read: ReapedRepository[] = [];
  for (const { repositoryId, repository } of await ports.releases.repositories()) {
    const open = await ports.targets({ id: repositoryId, fullName: repository });
    const [namedIn, releases, targets, quarantined] = await Promise.all([
      ports.namedIn({ repositoryId, repository }),
      ports.releases.releases(repositoryId),
      ports.releases.targets(repositoryId),
      ports.releases.quarantined(repositoryId),
    ]);
    const pointers = await Promise.all(
      targets.filter(({ kind }) => kind === "deployment").map((target) => open.deployment.read(target)),
    );
    const served = new Set(pointers.flatMap((pointer) => (pointer?.kind === "deployment" ? [pointer.deployment] : [])));
    const own = incidents.filter((incident) => incident.repositoryId === repositoryId);
    const suffering = new Set(own.flatMap(({ target, release }) => [target, release]));
    read.push({ repositoryId, repository, releases, targets, quarantined, served, suffering, namedIn });
  }
  for (const { repositoryId, repository } of read) {
    const [operation] = await ports.releases.open(repositoryId);
    if (operation !== undefined) return `${operation} of ${repository} is under way`;
  }
  return read;
}
