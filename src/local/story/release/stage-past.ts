import { planRelease } from "../../../shared/releases/plan-release.ts";
import { pointersOf } from "../../../shared/releases/pointer-of.ts";
import { type ReleaseState, targetKey } from "../../../shared/releases/release-state.ts";
import { shippedContents } from "../../../shared/releases/shipped-contents.ts";
import type { Pointer } from "../../../shared/releases/target-port.ts";
import { routeDocument } from "../../../shared/routing/route-document.ts";
import { createDeploymentAliases, createRouteAliases } from "../../../shared/storage/alias-records.ts";
import { createBlobs } from "../../../shared/storage/blobs.ts";
import { createReleaseStore } from "../../../shared/storage/release-store.ts";
import { createRouteDocuments } from "../../../shared/storage/route-store.ts";
import { createTables } from "../../../shared/storage/tables.ts";
import { azureSettings } from "../../azure/arm/start.ts";
import type { HousePlace } from "../../house.ts";
import { createSetUpAzure } from "../../prove/rollback/set-up-azure.ts";
import { pastTelemetry } from "./past-telemetry.ts";
import { readStory, storyModels, tryDeployment } from "./story-files.ts";

const dayMs = 24 * 3_600_000;
/** What a call of the simulated data plane takes at least; its mean is a quarter above. */
const baseLatencyMs = 240;
export const callsPerSecond = 5;

/** The world before the story: the first version was released a week ago, and has been watched and verified. */
export async function stagePast(
  files: Readonly<Record<string, string>>,
  place: HousePlace,
  seed: number,
): Promise<void> {
  const { repository, commit, storageConnection: connectionString, azure, monitor } = place;
  if (!azure || !monitor) throw new Error("The story of a release needs a house with `releases`.");
  const settings = azureSettings(azure.url);
  const setUp = createSetUpAzure(
    azure.url,
    settings.ASSAY_FOUNDRY_ACCOUNTS ?? "",
    settings.ASSAY_FOUNDRY_PROJECTS ?? "",
  );
  await setUp.deployment("chat--v1", storyModels[0], 250);
  await setUp.deployment(tryDeployment, storyModels[1], 10);
  await setUp.settings({ latencyMs: baseLatencyMs });
  const meanMs = 1.25 * baseLatencyMs;
  const past = { now: new Date(), minutes: 100, seed, meanMs, perMinute: 60 * callsPerSecond };
  const minutes = pastTelemetry("chat--v1", past);
  await monitor.push(minutes);

  const connection = { kind: "connectionString", connectionString } as const;
  const tables = createTables(connection);
  const repositoryId = repository.id;
  const fullName = `${repository.owner}/${repository.name}`;
  const read = await readStory(files, commit);
  const [release] = read.releases;
  const [route] = read.routes;
  if (!release || !route) throw new Error("The story's manifest or route cannot be read.");
  const spans = minutes.map((minute) => ({ ...minute, arm: route.digest, document: "route", in: "logs" }) as const);
  await monitor.push(spans);
  const plan = planRelease(release, read, new Map());
  const at = new Date(Date.now() - 7 * dayMs).toISOString();
  const pointers: Record<string, Pointer> = {};
  for (const [id, pointer] of pointersOf(release, read)) {
    const target = release.targets.find((one) => one.id === id);
    if (target) pointers[targetKey(target)] = pointer;
    if (pointer.kind === "deployment" && target) {
      const { deployment, model } = pointer;
      const value = { repositoryId, alias: target.alias, deployment, model, flippedAt: at };
      await createDeploymentAliases(tables).set(fullName, target.alias, value, undefined);
    }
  }
  await createRouteDocuments(createBlobs(connection)).put(repositoryId, route.digest, routeDocument(route));
  const { name, path, digest } = route;
  const alias = { repositoryId, repository: fullName, name, path, digest, commit, publishedAt: at };
  await createRouteAliases(tables).set(fullName, name, alias, undefined);

  const releaseId = `${release.name}-${plan.digest.slice(0, 12)}`;
  const state: ReleaseState = {
    ...{ releaseId, repositoryId, repository: fullName, name: release.name, stage: release.stage, digest: plan.digest },
    ...{ commit, owner: release.owner, watch: release.watch, status: "verified", pointers, before: {}, atomic: false },
    ...(release.runbook === undefined ? {} : { runbook: release.runbook }),
    brought: shippedContents(release).map((content) => content.digest),
    ...{ standbyHours: 24, createdAt: at, promotedAt: at, verifiedAt: at },
    reason: "set up for the story, and not played",
  };
  const store = createReleaseStore(tables);
  await store.addRelease(state);
  for (const key of Object.keys(pointers))
    await store.mark(repositoryId, key, (target) => ({ ...target, current: releaseId }));
  await store.begin({
    ...{ operationId: `promote-${releaseId}`, repositoryId, repository: fullName, kind: "promote", releaseId },
    ...{ destinations: [], destination: 0, cause: { kind: "merge", reason: "set up for the story" }, automatic: false },
    ...{
      stage: "closed",
      outcome: "promoted",
      deadline: at,
      steps: [],
      epoch: 1,
      createdAt: at,
      untold: [],
      links: {},
    },
    timeline: [{ at, what: "set up for the story, and not played" }],
  });
}
