import * as z from "zod";
import type { Clock } from "../../clock.ts";
import { messageOf } from "../../errors.ts";
import type { RepositoryRef } from "../../gate/code-host.ts";
import type { OpenRepository } from "../../gate/ports.ts";
import type { Log } from "../../log.ts";
import { readRepository } from "../../repository/read-repository.ts";
import type { BlobCache } from "../../repository/repository-reader.ts";
import type { ReleaseStore } from "../release-store.ts";
import type { TellHost } from "../tell/ports.ts";
import { catalogueContent, catalogueMarker, freshContent } from "./catalogue-content.ts";
import { type CatalogueFinding, catalogueFindings, type OfferedModel } from "./catalogue-findings.ts";
import { routedModels } from "./routed-models.ts";

/** What was made of the catalogue for one repository; table `releases`, row `catalogue`. */
export const CatalogueState = z.object({
  lookedAt: z.string(),
  /** Findings that people were told of and that hold, or over which somebody closed the issue: none of them is told twice. */
  told: z.array(z.string()),
  issue: z.int().optional(),
});
export type CatalogueState = z.infer<typeof CatalogueState>;

export interface CataloguePorts {
  repositories(): Promise<RepositoryRef[]>;
  open(ref: RepositoryRef): Promise<OpenRepository & Pick<TellHost, "issues" | "comments">>;
  blobCache(repositoryId: number): BlobCache;
  releases: Pick<ReleaseStore, "releases" | "targets">;
  /** All that the accounts of the settings are offered. */
  offered(): Promise<OfferedModel[]>;
  state: {
    read(repositoryId: number): Promise<CatalogueState | undefined>;
    write(repositoryId: number, state: CatalogueState): Promise<void>;
  };
  clock: Clock;
  log: Log;
}

/** Once a day and repository; asked again on the same day it does nothing. */
export async function lookUpModels(ports: CataloguePorts): Promise<void> {
  const { clock, log, state } = ports;
  const today = clock.now().toISOString();
  let offered: OfferedModel[] | undefined;
  for (const ref of await ports.repositories()) {
    const known = await state.read(ref.repositoryId);
    if (known?.lookedAt.slice(0, 10) === today.slice(0, 10)) continue;
    try {
      offered ??= await ports.offered();
      if (offered.length === 0) return;
      const findings = await findingsOf(ref, offered, ports);
      const { issue, told } = await tell(findings, { ...ref, told: known?.told ?? [], issue: known?.issue }, ports);
      await state.write(ref.repositoryId, { lookedAt: today, told, ...(issue === undefined ? {} : { issue }) });
      log.info("catalogue.looked", { repository: ref.repository, findings: findings.map(({ id }) => id) });
    } catch (thrown) {
      // The next hour tries again; other repositories are not kept waiting.
      log.warn("catalogue.failed", { repository: ref.repository, reason: messageOf(thrown).slice(0, 300) });
    }
  }
}

async function findingsOf(ref: RepositoryRef, offered: readonly OfferedModel[], ports: CataloguePorts) {
  const { repositoryId } = ref;
  const { reader, pulls } = await ports.open(ref);
  const tip = await pulls.tip(await pulls.defaultBranch());
  const read = await readRepository(reader, tip, { cache: ports.blobCache(repositoryId) });
  const [releases, targets] = await Promise.all([
    ports.releases.releases(repositoryId),
    ports.releases.targets(repositoryId),
  ]);
  return catalogueFindings(routedModels(read, releases, targets), offered, ports.clock.now());
}

interface Told extends RepositoryRef {
  told: readonly string[];
  issue: number | undefined;
}

/** One issue as long as one is open, kept up to date; what people were told of before opens none anew. */
async function tell(
  findings: readonly CatalogueFinding[],
  known: Told,
  ports: CataloguePorts,
): Promise<{ issue: number | undefined; told: string[] }> {
  const { issues, comments } = await ports.open(known);
  const holding = findings.map(({ id }) => id);
  const fresh = findings.filter(({ id }) => !known.told.includes(id));
  const found = known.issue === undefined ? undefined : await issues.get(known.issue);
  if (found?.open) {
    const content = catalogueContent(findings);
    if (content.body !== found.body) await issues.update(found.number, content);
    if (findings.length === 0) await issues.close(found.number, "done");
    else if (fresh.length > 0) {
      const mark = catalogueMarker(fresh);
      const said = await comments.list(found.number);
      if (!said.some(({ own, body }) => own && body.startsWith(mark)))
        await comments.create(found.number, freshContent(fresh));
    }
    // What ended by itself is news when it comes back.
    return { issue: found.number, told: holding };
  }
  const told = [...new Set([...known.told, ...holding])];
  if (fresh.length === 0) return { issue: known.issue, told };
  // Made by a worker that died before it could say so.
  const since = new Date(ports.clock.now().getTime() - 2 * 24 * 3_600_000).toISOString();
  const mark = catalogueMarker(findings);
  const [made] = (await issues.own(since)).filter(
    ({ number, body }) => number !== known.issue && body.startsWith(mark),
  );
  return { issue: (made ?? (await issues.create(catalogueContent(findings)))).number, told };
}
