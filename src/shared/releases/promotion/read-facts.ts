import type { RepositoryRef } from "../../gate/code-host.ts";
import type { GatePorts, OpenRepository } from "../../gate/ports.ts";
import type { AiRepository } from "../../repository/ai-repository.ts";
import { Policy } from "../../repository/policy.ts";
import { readRepository } from "../../repository/read-repository.ts";
import type { ReleaseManifest } from "../../repository/release.ts";
import type { Route } from "../../repository/route.ts";
import { policyPath } from "../../repository/select-files.ts";
import type { Cause } from "../operation.ts";
import { planRelease, type ReleasePlan } from "../plan-release.ts";
import { promptReaches } from "../prompt-reach.ts";
import { reachesOf } from "../reaches.ts";
import { type ReleaseState, type TargetState, targetKey } from "../release-state.ts";
import type { ReleaseStore } from "../release-store.ts";
import type { OpenTargets, Pointer, TargetName } from "../target-port.ts";
import type { Promotion } from "./promote-release.ts";
import type { PromotionFacts, Refusal, StandbyFigures } from "./promotion.ts";
import { type EvidencePorts, readEvidence } from "./read-evidence.ts";
import { standingFilters } from "./standing-filters.ts";
import { waysBackOf } from "./ways-back.ts";

export interface FactPorts extends EvidencePorts {
  open(ref: RepositoryRef): Promise<OpenRepository>;
  blobCache: GatePorts["blobCache"];
  releases: ReleaseStore;
  targets: OpenTargets;
  /** What a deployment holds, and the most that was asked of it. */
  standbyOf(target: TargetName, deployment: string): Promise<StandbyFigures>;
}

/** What a promotion is decided by, and what is stored of it. */
export interface WorldFacts {
  promotion: PromotionFacts;
  /** Documents that its routes point to. */
  routes: Route[];
  /** What each of its targets is known to be. */
  targets: TargetState[];
  /** The releases that they serve. */
  serving: ReleaseState[];
  /** Every target that its content passes through. */
  reaches: string[];
  pull?: number;
  /** What the pull request was merged onto. */
  baseSha?: string;
}

const defaultPolicy = Policy.parse({ schema: "assay/policy/v1" });

/** Reads everything that speaks for and against a promotion; undefined where the commit has no such manifest. */
export async function readFacts(asked: Promotion, ports: FactPorts): Promise<WorldFacts | undefined> {
  const { repositoryId, repository: fullName, commit, name } = asked;
  const host = await ports.open({ repositoryId, repository: fullName });
  const read = (at: string) => readRepository(host.reader, at, { cache: ports.blobCache(repositoryId) });
  const repository = await read(commit);
  const release = manifestOf(repository, name);
  if (!release) return undefined;
  const [states, known, quarantined, open] = await Promise.all([
    ports.releases.releases(repositoryId),
    ports.releases.targets(repositoryId),
    ports.releases.quarantined(repositoryId),
    ports.targets({ id: repositoryId, fullName }),
  ]);
  const served = new Map<string, Pointer>();
  for (const target of release.targets) {
    const pointer = await open[target.kind].read(target);
    if (pointer) served.set(target.id, pointer);
  }
  const plan = planRelease(release, repository, served);
  const targets = known.filter((own) => plan.steps.some(({ target }) => targetKey(target) === targetKey(own)));
  const current = currentOf(targets, states);
  const said = await saidOf(asked, plan, host, read);
  const base = current && current.commit !== commit ? manifestOf(await read(current.commit), current.name) : undefined;
  const policyAt = said.baseSha ?? current?.commit;
  const before = policyAt === undefined ? undefined : await read(policyAt);
  const policy = before?.policy;
  // A pull request's base is where its branch was when it was pushed to last.
  const tip = await read(await host.pulls.tip(said.branch));
  const unreadPolicies = [before, tip].flatMap((one) => (one && isUnread(one) ? [one.commit] : []));
  // What ships cannot drop a suite that the base requires.
  const reaches = promptReaches(release, { ...repository, ...(policy ? { policy } : {}) });
  const bound = new Set(release.prompts.map((prompt) => prompt.name));
  return {
    targets,
    serving: states.filter(({ releaseId }) => targets.some((target) => target.current === releaseId)),
    reaches: reachesOf(release, repository),
    routes: repository.routes.filter((route) =>
      release.targets.some(({ kind, alias }) => kind === "route" && alias === route.name),
    ),
    ...(said.pull === undefined ? {} : { pull: said.pull }),
    ...(said.baseSha === undefined ? {} : { baseSha: said.baseSha }),
    promotion: {
      ...{ release, plan, approved: said.approved, policy: policy ?? defaultPolicy },
      policyNow: tip.policy ?? defaultPolicy,
      unreadPolicies,
      ...(base ? { base } : {}),
      prompts: repository.prompts.filter((prompt) => bound.has(prompt.name)),
      reaches,
      filters: await standingFilters(
        reaches.flatMap(({ deployments }) => deployments),
        { targets: known, releases: states, read },
      ),
      quarantined: new Map(quarantined.map(({ digest, releaseId, reason }) => [digest, `${releaseId}: ${reason}`])),
      evidence: await readEvidence(repositoryId, release.evidence.runs, ports),
      waysBack: await waysBackOf(plan, { targets, releases: states, quarantined }, open),
      ...{ authors: said.authors, approvals: said.approvals },
      standby: await standbyOf(plan, ports),
    },
  };
}

function isUnread({ policy, files }: AiRepository): boolean {
  return !policy && files.has(policyPath);
}

function manifestOf({ releases }: AiRepository, name: string): ReleaseManifest | undefined {
  return releases.find((own) => own.name === name);
}

/** The newest release that serves one of the targets. */
function currentOf(targets: readonly TargetState[], releases: readonly ReleaseState[]): ReleaseState | undefined {
  const serving = releases.filter(({ releaseId }) => targets.some(({ current }) => current === releaseId));
  return serving.sort((a, b) => (a.createdAt < b.createdAt ? 1 : -1))[0];
}

type Said = Pick<PromotionFacts, "approved" | "authors" | "approvals"> & {
  /** The default one. */
  branch: string;
  pull?: number;
  baseSha?: string;
};

/**
 * What people said of the pull request that brought the commit. They looked at its head: where the merged commit makes
 * the same plan of the manifest, what they said holds for it.
 */
async function saidOf(
  { commit, name, pull: given }: Promotion,
  plan: ReleasePlan,
  host: OpenRepository,
  read: (commit: string) => Promise<AiRepository>,
): Promise<Said> {
  const numbers = given === undefined ? await host.commits.pullsOf(commit) : [given];
  const branch = await host.pulls.defaultBranch();
  const all = await Promise.all(numbers.map((number) => host.pulls.get(number)));
  // What was merged elsewhere went by the policy of elsewhere.
  const pulls = all.filter(({ baseRef }) => baseRef === branch);
  const pull =
    pulls.find(({ mergedAs }) => mergedAs === commit) ?? pulls.find(({ mergedAs }) => mergedAs !== undefined);
  const own = { digest: plan.digest, commit };
  if (!pull) return { branch, approved: own, authors: [], approvals: [] };
  const shown = await read(pull.headSha);
  const digest = digestAt(shown, name);
  // Whoever approved a pull request that leaves the manifest as it was has not looked at it.
  const isBrought = digestAt(await read(pull.baseSha), name) !== digest;
  const [approvals, authors] = await Promise.all([
    host.reviews.approvals(pull.number),
    host.reviews.authors(pull.number),
  ]);
  return {
    ...{ branch, pull: pull.number, baseSha: pull.baseSha, authors },
    approved: { digest, commit: pull.headSha },
    approvals: !isBrought
      ? []
      : approvals.map((one) => (one.commit === pull.headSha && digest === plan.digest ? { ...one, commit } : one)),
  };
}

function digestAt(repository: AiRepository, name: string): string {
  const manifest = manifestOf(repository, name);
  return manifest ? planRelease(manifest, repository, new Map()).digest : "";
}

async function standbyOf({ steps }: ReleasePlan, ports: FactPorts): Promise<Map<string, StandbyFigures>> {
  const figures = new Map<string, StandbyFigures>();
  for (const { target, before, unchanged } of steps) {
    if (before?.kind !== "deployment" || unchanged) continue;
    figures.set(target.id, await ports.standbyOf(target, before.deployment));
  }
  return figures;
}

/** A pause stops what happens by itself, a merge's promotion too; who asks in person has seen it. */
export function pausedRefusals({ targets }: WorldFacts, { kind }: Cause, now: Date): Refusal[] {
  const at = now.toISOString();
  if (kind !== "merge") return [];
  return targets.flatMap(({ alias, paused }): Refusal[] => {
    if (!paused || paused.until <= at) return [];
    const reason = `\`${alias}\` is paused until ${paused.until} by ${paused.by}: ${paused.why}.`;
    const mend = `It is promoted by itself after that; \`/unlock ${alias}\` ends the pause, and \`/foundry-deploy\` does not wait.`;
    return [{ code: "paused", reason, mend, until: paused.until }];
  });
}

/** A frozen target is promoted to nothing; a rollback is not held up. */
export function frozenRefusals({ targets }: WorldFacts, now: Date): Refusal[] {
  const at = now.toISOString();
  return targets.flatMap(({ alias, frozen }): Refusal[] => {
    if (!frozen || frozen.until <= at) return [];
    const reason = `\`${alias}\` is frozen until ${frozen.until} by ${frozen.by}: ${frozen.why}.`;
    const mend = `Comment \`/unlock ${alias}\`, or wait; then ask again with \`/foundry-deploy\`: a freeze that ends promotes nothing.`;
    return [{ code: "frozen", reason, mend }];
  });
}
