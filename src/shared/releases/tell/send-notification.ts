import { messageOf, PermanentError, RetryAfterError } from "../../errors.ts";
import type { Channel, Notification } from "./notification.ts";
import type { TellPorts } from "./ports.ts";
import { isAtLeast } from "./severity.ts";

export type NotificationPorts = Pick<TellPorts, "channels" | "marks" | "clock" | "log">;

/** Whom it is for in the marks: `<what it is about>`, in one repository. */
export interface Addressed {
  repositoryId: number;
  /** The same however often it is sent; each channel is told once of it. */
  key: string;
  /** For the log. */
  facts: Record<string, unknown>;
}

/** So often each channel is tried, with waits of 2, 6, 18 … seconds between: half an hour and a little. */
const mostTries = 8;
const firstWaitMs = 2000;

/** Sends to every channel whose severity it has. One that fails is tried again alone: the others are not sent to twice. */
export async function sendNotification(
  notification: Notification,
  addressed: Addressed,
  ports: NotificationPorts,
): Promise<void> {
  const channels = await ports.channels();
  const facts = { ...addressed.facts, severity: notification.severity };
  const wanted = channels.filter(({ atLeast }) => isAtLeast(notification.severity, atLeast));
  if (wanted.length === 0) ports.log.warn("notification.nobody", { ...facts, channels: channels.length });
  const waits = await Promise.all(wanted.map((channel) => tellChannel(channel, notification, addressed, ports)));
  const open = waits.filter((wait) => wait !== undefined);
  if (open.length > 0)
    throw new RetryAfterError(`${open.length} of ${wanted.length} channels have not taken it`, Math.min(...open));
}

/** Undefined once the channel is done with; else when to come again. */
async function tellChannel(
  { name, send }: Channel,
  notification: Notification,
  addressed: Addressed,
  { marks, clock, log }: NotificationPorts,
): Promise<number | undefined> {
  const { repositoryId } = addressed;
  const key = `${addressed.key}:${name}`;
  const facts = { ...addressed.facts, channel: name };
  const mark = await marks.begin(repositoryId, key, clock.now());
  if (mark.over) return undefined;
  // Another channel's turn, or a timer, is no reason to ask this one before its time, nor to use up its tries.
  if ("waitMs" in mark) return mark.waitMs;
  try {
    await send(notification);
    await marks.finish(repositoryId, key, "sent");
    log.info("notification.sent", { ...facts, tries: mark.tries });
    return undefined;
  } catch (thrown) {
    const how = thrown instanceof PermanentError ? "refused" : mark.tries >= mostTries ? "given up" : undefined;
    log.warn("notification.failed", { ...facts, tries: mark.tries, why: messageOf(thrown), ...(how ? { how } : {}) });
    if (how !== undefined) await marks.finish(repositoryId, key, how);
    if (how !== undefined) return undefined;
    const own = firstWaitMs * 3 ** (mark.tries - 1);
    const waitMs = Math.max(own, thrown instanceof RetryAfterError ? thrown.retryAfterMs : 0);
    await marks.later(repositoryId, key, new Date(clock.now().getTime() + waitMs));
    return waitMs;
  }
}
