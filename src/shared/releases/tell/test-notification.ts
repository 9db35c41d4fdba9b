import { messageOf } from "../../errors.ts";
import type { Channel, Notification } from "./notification.ts";
import { isAtLeast, type Severity } from "./severity.ts";

/** How a test went at one channel. */
export interface TestedChannel {
  channel: string;
  /** `skipped`: it takes only what is more severe. */
  result: "sent" | "skipped" | "failed";
  why?: string;
}

/** Sends a message that says that it is a test, to every channel that would get one of its severity. */
export async function testChannels(
  channels: readonly Channel[],
  severity: Severity,
  now: Date,
): Promise<TestedChannel[]> {
  const at = now.toISOString();
  const notification: Notification = {
    id: `test-${at}`,
    incident: `test-${at}`,
    severity,
    title: "Test: Assay can reach you here. Nothing happened.",
    facts: [{ name: "severity", value: severity }],
    links: [],
    at,
  };
  return Promise.all(
    channels.map(async ({ name, atLeast, send }): Promise<TestedChannel> => {
      if (!isAtLeast(severity, atLeast)) return { channel: name, result: "skipped", why: `takes ${atLeast} and above` };
      try {
        await send(notification);
        return { channel: name, result: "sent" };
      } catch (thrown) {
        return { channel: name, result: "failed", why: messageOf(thrown) };
      }
    }),
  );
}
