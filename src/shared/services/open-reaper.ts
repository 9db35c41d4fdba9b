import type { Clock } from "../clock.ts";
import type { GatePorts } from "../gate/ports.ts";
import type { Log } from "../log.ts";
import type { ReapedAccount, ReaperPorts } from "../releases/reaper/reap.ts";
import type { ReleaseStore } from "../releases/release-store.ts";
import type { OpenTargets } from "../releases/target-port.ts";
import type { Telemetry } from "../releases/watch/telemetry.ts";
import type { Settings } from "../settings.ts";
import type { Tables } from "../storage/tables.ts";

const hourMs = 3_600_000;
/** A call of Azure is tried again for so long; then the next hour does it. */
const patienceMs = 20_000;

/** What looks for deployments that nothing needs any more, with an identity that may delete and nothing else. */
export async function openReaper({
  settings,
  gate,
  tables,
  telemetry,
  env,
  ...common
}: {
  settings: Settings;
  gate: Pick<GatePorts, "open" | "blobCache">;
  tables: Tables;
  telemetry: Telemetry;
  env: Record<string, string | undefined>;
  releases: ReleaseStore;
  targets: OpenTargets;
  clock: Clock;
  log: Log;
}): Promise<ReaperPorts> {
  const { createIncidentStore } = await import("../storage/incident-store.ts");
  const { createAuditTrail } = await import("../storage/audit-trail.ts");
  const { namedIn } = await import("../releases/reaper/named-in.ts");
  const { releases, targets, clock, log } = common;
  const open = (accountId: string) => async (): Promise<ReapedAccount> => {
    const { createArmReaper } = await import("../azure/arm-reaper.ts");
    const { appCredential } = await import("../azure/credential.ts");
    const credential = await appCredential(env, settings.ASSAY_REAPER_CLIENT_ID);
    const { ASSAY_ARM_URL: url } = settings;
    return createArmReaper({ url, accountId, credential, clock, random: Math.random, patienceMs });
  };
  return {
    ...{ releases, targets, clock, log, mode: settings.ASSAY_REAPER },
    accounts: new Map([...settings.ASSAY_FOUNDRY_ACCOUNTS.values()].map((id) => [id, open(id)])),
    async requests(account, arms) {
      const now = clock.now();
      const told = await telemetry.windows({ account, arms }, new Date(now.getTime() - hourMs), now);
      if (told.unread.length > 0) throw new Error(told.unread.join("; "));
      const known = told.windows.filter(({ requests }) => requests !== undefined);
      const counts = new Map<string, number>();
      for (const { arm, requests = 0 } of known) counts.set(arm, (counts.get(arm) ?? 0) + requests);
      return known.length === 0 ? undefined : counts;
    },
    incidents: createIncidentStore(tables),
    async namedIn(ref) {
      const { reader, pulls } = await gate.open(ref);
      return namedIn(reader, await pulls.tip(await pulls.defaultBranch()), gate.blobCache(ref.repositoryId));
    },
    audit: createAuditTrail(tables),
  };
}
