import type { Clock } from "../clock.ts";
import type { GitHub } from "../github/github.ts";
import type { Log } from "../log.ts";
import type { Deployments } from "../releases/deployments.ts";
import type { StandbyFigures } from "../releases/promotion/promotion.ts";
import type { ReleaseStore } from "../releases/release-store.ts";
import type { StandbyPorts } from "../releases/standby/check-standby.ts";
import type { LoadMetrics } from "../releases/standby/load.ts";
import type { OpenTargets } from "../releases/target-port.ts";
import type { Settings } from "../settings.ts";
import type { Tables } from "../storage/tables.ts";

interface Figures {
  /** As the app itself sees them: looks must not use up what Resource Manager grants the identity that rolls back. */
  observed(endpoint: string | undefined): Promise<Deployments>;
  load: LoadMetrics;
  settings: Settings;
  clock: Clock;
  log: Log;
}

const weekMs = 7 * 24 * 3_600_000;
/** Younger points are still arriving. */
const settlesMs = 60_000;

/** What a deployment holds, and the most that was asked of it in a week. What cannot be read is not known. */
export async function openFigures({ observed, load, settings, clock, log }: Figures) {
  const { peakInCapacity } = await import("../releases/standby/load.ts");
  const held = async (endpoint: string | undefined, deployment: string) => (await observed(endpoint)).get(deployment);
  const told = async <T>(deployment: string, what: string, read: () => Promise<T>): Promise<T | undefined> => {
    try {
      return await read();
    } catch (thrown) {
      log.warn("standby.unknown", { deployment, what, reason: String(thrown).slice(0, 300) });
      return undefined;
    }
  };
  const peakOf = (endpoint: string | undefined, deployment: string, since: Date) =>
    told(deployment, "peak", async () => {
      const account = settings.ASSAY_FOUNDRY_ACCOUNTS.get(endpoint ?? "");
      const sku = account === undefined ? undefined : (await held(endpoint, deployment))?.sku;
      if (account === undefined || !sku) return undefined;
      const to = new Date(clock.now().getTime() - settlesMs);
      return since < to ? peakInCapacity(await load.peak(account, deployment, since, to), sku) : undefined;
    });
  return {
    held,
    peakOf,
    async standbyOf({ endpoint }: { endpoint?: string | undefined }, deployment: string): Promise<StandbyFigures> {
      const [found, peak] = await Promise.all([
        told(deployment, "capacity", () => held(endpoint, deployment)),
        peakOf(endpoint, deployment, new Date(clock.now().getTime() - weekMs)),
      ]);
      return { ...(found ? { capacity: found.sku.capacity } : {}), ...(peak === undefined ? {} : { peak }) };
    },
  };
}

/** What a look at a release's way back reads, and whom it tells. */
export async function openStandby(
  ports: Figures & {
    releases: ReleaseStore;
    targets: OpenTargets;
    tables: Tables;
    github(): Promise<GitHub>;
    env: Record<string, string | undefined>;
  },
): Promise<StandbyPorts> {
  const { tellStandby } = await import("../releases/standby/tell-standby.ts");
  const { openChannels } = await import("./open-tell.ts");
  const { createNotificationMarks } = await import("../storage/notification-marks.ts");
  const { releases, targets, tables, github, env, settings, clock, log } = ports;
  const { held, peakOf } = await openFigures(ports);
  return {
    ...{ releases, targets, held, peakOf, clock, log, everyMs: settings.ASSAY_STANDBY_SECONDS * 1000 },
    tell: (release, standby) =>
      tellStandby(release, standby, {
        open: async (ref) => (await github()).repository(ref),
        channels: () => openChannels(env, clock),
        marks: createNotificationMarks(tables),
        clock,
        log,
      }),
  };
}
