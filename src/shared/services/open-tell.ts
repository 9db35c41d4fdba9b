import { type Clock, systemClock } from "../clock.ts";
import type { GitHub } from "../github/github.ts";
import type { Log } from "../log.ts";
import type { ReleaseStore } from "../releases/release-store.ts";
import type { Tell } from "../releases/tell/create-tell.ts";
import type { Channel } from "../releases/tell/notification.ts";
import { readNotifySettings } from "../settings.ts";
import type { Tables } from "../storage/tables.ts";

type Environment = Record<string, string | undefined>;

/** Tells people of an operation that is over; GitHub and channels are opened when something is told there. */
export async function openTell({
  env,
  releases,
  tables,
  github,
  clock,
  log,
}: {
  env: Environment;
  releases: ReleaseStore;
  tables: Tables;
  github(): Promise<GitHub>;
  clock: Clock;
  log: Log;
}): Promise<Tell> {
  const { createTell } = await import("../releases/tell/create-tell.ts");
  const { createNotificationMarks } = await import("../storage/notification-marks.ts");
  return createTell({
    releases,
    open: async (ref) => (await github()).repository(ref),
    channels: () => openChannels(env, clock),
    marks: createNotificationMarks(tables),
    clock,
    log,
  });
}

/** Who is told of releases, as the settings name them. */
export async function openChannels(env: Environment, clock: Clock = systemClock): Promise<Channel[]> {
  const { createChannels } = await import("../notifications/channels.ts");
  const s = readNotifySettings(env);
  const { ASSAY_NOTIFY_SLACK: slack, ASSAY_NOTIFY_TEAMS: teams, ASSAY_NOTIFY_WEBHOOK: webhook } = s;
  return createChannels({ slack, teams, webhook, secret: s.ASSAY_NOTIFY_SECRET }, clock);
}
