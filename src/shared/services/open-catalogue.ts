import type { Clock } from "../clock.ts";
import type { WorkPorts } from "../gate/ports.ts";
import type { GitHub } from "../github/github.ts";
import type { Log } from "../log.ts";
import type { CataloguePorts } from "../releases/catalogue/look-up-models.ts";
import type { ReleaseStore } from "../releases/release-store.ts";
import type { Settings } from "../settings.ts";
import type { Tables } from "../storage/tables.ts";

/** A call of Azure is tried again for so long; then the next hour does it. */
const patienceMs = 20_000;

/** What looks up a repository's models in the catalogue of the accounts' regions, as the app itself. */
export async function openCatalogue({
  settings,
  work,
  github,
  releases,
  tables,
  env,
  clock,
  log,
}: {
  settings: Settings;
  work: WorkPorts;
  github(): Promise<GitHub>;
  releases: ReleaseStore;
  tables: Tables;
  env: Record<string, string | undefined>;
  clock: Clock;
  log: Log;
}): Promise<CataloguePorts> {
  const { servedRepositories } = await import("../gate/reconcile.ts");
  const { createCatalogueStates } = await import("../storage/catalogue-states.ts");
  return {
    ...{ releases, clock, log, blobCache: work.blobCache, state: createCatalogueStates(tables) },
    repositories: () => servedRepositories(work),
    open: async (ref) => (await github()).repository(ref),
    async offered() {
      const { readCatalogue } = await import("../azure/arm-catalogue.ts");
      const { appCredential } = await import("../azure/credential.ts");
      const { ASSAY_ARM_URL: url, ASSAY_FOUNDRY_ACCOUNTS: accounts } = settings;
      const ids = [...new Set(accounts.values())];
      if (ids.length === 0) return [];
      const access = { url, credential: await appCredential(env), clock, random: Math.random, patienceMs };
      return (await Promise.all(ids.map((accountId) => readCatalogue({ ...access, accountId })))).flat();
    },
  };
}
