import { hash } from "node:crypto";
import type { ReleaseState } from "../../../shared/releases/release-state.ts";
import { createReleaseStore } from "../../../shared/storage/release-store.ts";
import { type Adapter, type Place, setUps, type World } from "./adapters.ts";
import type { RollbackOrder } from "./judge.ts";

/** Longer ago than releases are watched: every worker has a timer here, and theirs would be looks without end. */
const hoursAgo = 25;

/** What a promotion leaves behind: a release that was verified, and one after it that serves. */
export async function seedRelease(
  adapter: Adapter,
  place: Place,
  world: World,
  /** Of the release that serves. */
  own: Partial<ReleaseState> = {},
): Promise<Omit<RollbackOrder, "askedAt">> {
  const { id: repositoryId, fullName: repository, order, commits } = place;
  const { alias, old, new: served, oldText } = await setUps[adapter](place, world);
  const store = createReleaseStore(world.tables);
  const at = new Date(Date.now() - hoursAgo * 3600_000).toISOString();
  const key = `${served.kind}:${alias}`;
  const quarantine = hash("sha256", `brought by ${order}`);
  const common = {
    ...{ repositoryId, repository, name: "proof", stage: "prod", owner: "ada", createdAt: at },
    ...{ watch: { mode: "observe", minutes: 60, minimumSamples: 20, windows: { needed: 2, of: 3 }, rules: [] } },
    ...{ atomic: false, standbyHours: 24, promotedAt: at },
  } satisfies Partial<ReleaseState>;
  const [before, after] = [`r1-${order}`, `r2-${order}`];
  await store.addRelease({
    ...{
      ...common,
      releaseId: before,
      commit: commits.old,
      digest: hash("sha256", before),
      status: "verified",
      verifiedAt: at,
    },
    ...{ pointers: { [key]: old }, brought: [], before: {} },
  });
  await store.addRelease({
    ...{ ...common, releaseId: after, commit: commits.new, digest: hash("sha256", after), status: "watching" },
    reason: "it was never called healthy",
    ...{ pointers: { [key]: served }, brought: [quarantine], before: { [key]: before }, ...own },
  });
  await store.mark(repositoryId, key, (target) => ({ ...target, id: alias, current: after }));
  return { order, adapter, alias, oldText, operationId: `rollback-${after}`, quarantine };
}
