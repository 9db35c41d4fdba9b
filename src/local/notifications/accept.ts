import { createHmac, timingSafeEqual } from "node:crypto";
import type { IncomingHttpHeaders } from "node:http";
import * as z from "zod";

/** How a receiver answers. */
export interface Reply {
  status: number;
  text: string;
}

const plainText = z.object({ type: z.literal("plain_text"), text: z.string().min(1), emoji: z.boolean().optional() });
const short = (most: number) => plainText.refine(({ text }) => text.length <= most);
const button = z.object({ type: z.literal("button"), text: short(75), url: z.url() });

/** What Slack's Block Kit takes of the blocks that are known here [docs: block kit reference]. */
const SlackMessage = z.object({
  text: z.string().min(1),
  blocks: z
    .array(
      z.discriminatedUnion("type", [
        z.object({ type: z.literal("header"), text: short(150) }),
        z.object({ type: z.literal("section"), fields: z.array(short(2000)).min(1).max(10) }),
        z.object({ type: z.literal("actions"), elements: z.array(button).min(1).max(25) }),
        z.object({ type: z.literal("context"), elements: z.array(plainText).min(1).max(10) }),
      ]),
    )
    .max(50),
});

const TeamsMessage = z.object({
  type: z.literal("message"),
  attachments: z
    .array(
      z.object({
        contentType: z.literal("application/vnd.microsoft.card.adaptive"),
        content: z.object({
          type: z.literal("AdaptiveCard"),
          version: z.string(),
          body: z.array(
            z.object({ type: z.literal("RichTextBlock"), inlines: z.array(z.object({ type: z.literal("TextRun") })) }),
          ),
          actions: z.array(z.object({ type: z.literal("Action.OpenUrl"), url: z.url() })).optional(),
        }),
      }),
    )
    .min(1),
});
/** Teams takes cards up to this size [docs: limits of incoming webhooks]. */
const mostCardBytes = 28 * 1024;

export function acceptSlack(body: unknown): Reply {
  if (typeof body !== "object" || body === null) return { status: 400, text: "invalid_payload" };
  if (!("text" in body)) return { status: 400, text: "no_text" };
  return SlackMessage.safeParse(body).success ? { status: 200, text: "ok" } : { status: 400, text: "invalid_blocks" };
}

export function acceptTeams(body: unknown, bytes: number): Reply {
  if (bytes > mostCardBytes) return { status: 413, text: "The card is larger than 28 KB." };
  return TeamsMessage.safeParse(body).success
    ? { status: 202, text: "" }
    : { status: 400, text: "The card is not one that Teams takes." };
}

/** As a receiver that follows standardwebhooks.com: id, time within five minutes, and one signature that is right. */
export function acceptSigned(headers: IncomingHttpHeaders, text: string, secret: string, now: Date): Reply {
  const [id, timestamp, signatures] = ["webhook-id", "webhook-timestamp", "webhook-signature"].map((name) =>
    String(headers[name] ?? ""),
  );
  const age = Math.abs(now.getTime() / 1000 - Number(timestamp));
  if (!id || !signatures || !(age < 300)) return { status: 401, text: "headers are missing, or the time is not now" };
  const expected = createHmac("sha256", secret).update(`${id}.${timestamp}.${text}`).digest();
  const right = signatures.split(" ").some((one) => {
    const given = Buffer.from(one.replace(/^v1,/, ""), "base64");
    return given.length === expected.length && timingSafeEqual(given, expected);
  });
  return right ? { status: 204, text: "" } : { status: 401, text: "the signature is wrong" };
}
