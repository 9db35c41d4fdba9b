import { createHash } from "node:crypto";
import type { Clock } from "../clock.ts";
import { InvalidInputError } from "../errors.ts";
import type { Channel, Notification } from "../releases/tell/notification.ts";
import { severities } from "../releases/tell/severity.ts";
import { postJson } from "./post-json.ts";
import { signingKey, signWebhook } from "./sign-webhook.ts";
import { slackMessage } from "./slack-message.ts";
import { teamsCard } from "./teams-card.ts";

export interface ChannelSettings {
  /** `URL` or `SEVERITY=URL`. */
  slack: readonly string[];
  teams: readonly string[];
  webhook: readonly string[];
  /** Signs what goes to `webhook`. */
  secret: string;
}

/**
 * A channel for each address. One that is wrong is a channel that refuses with its setting's name: who is paged elsewhere must
 * not miss it for a slip. An address is never shown, for whoever has it can post.
 */
export function createChannels({ slack, teams, webhook, secret }: ChannelSettings, clock: Clock): Channel[] {
  const isSigned = signingKey(secret).length >= 16;
  return [
    ...opened(
      "slack",
      slack,
      "ASSAY_NOTIFY_SLACK",
      (name, url) => (notification) => postJson(name, url, JSON.stringify(slackMessage(notification))),
    ),
    ...opened(
      "teams",
      teams,
      "ASSAY_NOTIFY_TEAMS",
      (name, url) => (notification) => postJson(name, url, JSON.stringify(teamsCard(notification))),
    ),
    ...opened("webhook", webhook, "ASSAY_NOTIFY_WEBHOOK", (name, url) => async (notification) => {
      if (!isSigned) throw new InvalidInputError(unsigned);
      const body = JSON.stringify({ type: "assay.release", ...notification });
      return postJson(name, url, body, signWebhook(secret, notification.id, clock.now(), body));
    }),
  ];
}

const unsigned =
  "ASSAY_NOTIFY_SECRET needs 16 characters or more, or whsec_ and the base64 of as many bytes: ASSAY_NOTIFY_WEBHOOK is signed with it.";

function opened(
  kind: string,
  entries: readonly string[],
  setting: string,
  sender: (name: string, url: string) => (notification: Notification) => Promise<void>,
): Channel[] {
  return entries.map((entry, index): Channel => {
    const [, severity = "info", url = entry] = /^([a-z]+)=(.+)$/.exec(entry) ?? [];
    const atLeast = severities.find((known) => known === severity);
    const which = `${setting}: address ${index + 1}`;
    if (!atLeast) return wrong(`${which} begins with a severity that is none of ${severities.join(", ")}.`);
    if (!isSafe(url)) return wrong(`${which} is no https address; write URL, or SEVERITY=URL.`);
    // The same whatever the order of the addresses, and nothing that anybody could post to.
    const name = `${kind}-${createHash("sha256").update(url).digest("hex").slice(0, 8)}`;
    return { name, atLeast, send: sender(name, url) };

    function wrong(message: string): Channel {
      const send = async () => {
        throw new InvalidInputError(message);
      };
      return { name: `${kind}-address-${index + 1}`, atLeast: "info", send };
    }
  });
}

function isSafe(text: string): boolean {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const isNear = url !== undefined && ["localhost", "127.0.0.1", "[::1]"].includes(url.hostname);
  // What stands before an @ cannot be sent by `fetch`.
  if (url?.username || url?.password) return false;
  return url?.protocol === "https:" || (url?.protocol === "http:" && isNear);
}
