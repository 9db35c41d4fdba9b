import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { NotificationFault } from "../../../src/local/notifications/faults.ts";
import { createNotificationServer, type LoggedMessage } from "../../../src/local/notifications/server.ts";
import { systemClock } from "../../../src/shared/clock.ts";
import { PermanentError, RetryAfterError, RetryableError } from "../../../src/shared/errors.ts";
import { type ChannelSettings, createChannels } from "../../../src/shared/notifications/channels.ts";
import { signWebhook } from "../../../src/shared/notifications/sign-webhook.ts";
import { slackMessage } from "../../../src/shared/notifications/slack-message.ts";
import { teamsCard } from "../../../src/shared/notifications/teams-card.ts";
import { notificationOf } from "../../../src/shared/releases/tell/notification-of.ts";
import { release, rollback } from "../releases/tell/told-facts.ts";

const secret = "a-secret-of-some-length";
const none = { slack: [], teams: [], webhook: [], secret };
const server = createNotificationServer({ secret });
let url = "";
beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => void server.close());

const links = { issue: "https://github.com/acme/support/issues/1" };
const notification = notificationOf(rollback({ links }), release("support-2"), new Date());
const logged = async (path: string): Promise<LoggedMessage[]> =>
  ((await (await fetch(`${url}/_standin/log`)).json()) as LoggedMessage[]).filter((entry) => entry.path === path);
const fault = (given: Partial<NotificationFault>) =>
  fetch(`${url}/_standin/faults`, { method: "POST", body: JSON.stringify(given) });
/** How the only channel of these settings refuses what it is to send. */
async function refusal(settings: Partial<ChannelSettings>): Promise<string> {
  const [channel, ...more] = createChannels({ ...none, ...settings }, systemClock);
  if (!channel || more.length > 0) throw new Error("not one channel");
  const thrown: unknown = await channel.send(notification).catch((error: unknown) => error);
  return thrown instanceof PermanentError ? thrown.message : String(thrown);
}
const channelsAt = (path: string) =>
  createChannels(
    { slack: [`${url}/slack/${path}`], teams: [`${url}/teams/${path}`], webhook: [`${url}/webhook/${path}`], secret },
    systemClock,
  );

describe("channels", () => {
  test("Slack, Teams and a receiver of signed webhooks take what they are sent", async () => {
    for (const { send } of channelsAt("a")) await send(notification);
    for (const kind of ["slack", "teams", "webhook"]) {
      const [message, ...more] = await logged(`/${kind}/a`);
      expect([message?.taken, more], kind).toEqual([true, []]);
      expect(JSON.stringify(message?.body)).toContain("Rolled back support-2: errors rose");
      expect(JSON.stringify(message?.body)).toContain("7:support-2");
      expect(JSON.stringify(message?.body)).toContain(links.issue);
    }
    expect(await logged("/webhook/a")).toMatchObject([{ id: notification.id, body: { severity: "warning" } }]);
  });

  test("a failure is told apart: what may pass, when, and what never will", async () => {
    const [slack] = createChannels({ ...none, slack: [`${url}/slack/b`] }, systemClock);
    const sent = () => slack?.send(notification);
    await fault({ kind: "limited", path: "/slack/b", retryAfter: 7 });
    await expect(sent()).rejects.toMatchObject({ constructor: RetryAfterError, retryAfterMs: 7000 });
    for (const kind of ["errorBefore", "errorAfter", "reset"] as const) {
      await fault({ kind, path: "/slack/b" });
      await expect(sent(), kind).rejects.toBeInstanceOf(RetryableError);
    }
    await fault({ kind: "gone", path: "/slack/b" });
    await expect(sent()).rejects.toBeInstanceOf(PermanentError);
  });

  test("a try that is repeated carries the same id, so that a receiver can drop it", async () => {
    const [webhook] = createChannels({ ...none, webhook: [`${url}/webhook/c`] }, systemClock);
    await fault({ kind: "errorAfter", path: "/webhook/c" });
    await expect(webhook?.send(notification)).rejects.toThrow(/500/);
    await webhook?.send(notification);
    expect(new Set((await logged("/webhook/c")).map(({ id }) => id))).toEqual(new Set([notification.id]));
  });

  test("bad input: a wrong secret is refused by the receiver", async () => {
    const [webhook] = createChannels(
      { ...none, webhook: [`${url}/webhook/d`], secret: "another-secret-than-that" },
      systemClock,
    );
    await expect(webhook?.send(notification)).rejects.toThrow(/401: the signature is wrong/);
  });

  test("bad input: errors and names never show an address", async () => {
    const hidden = "http://127.0.0.1:9/services/T000/hidden-token";
    const [slack] = createChannels({ ...none, slack: [hidden] }, systemClock);
    expect(slack?.name).toMatch(/^slack-[0-9a-f]{8}$/);
    await expect(slack?.send(notification)).rejects.toThrow(/^slack-[0-9a-f]{8} cannot be reached: \w+$/);
    for (const wrong of [`http://example.com/hidden-token`, `loud=https://example.com/hidden-token`, "hidden-token"])
      expect(await refusal({ teams: [wrong] })).toMatch(/^ASSAY_NOTIFY_TEAMS: address 1 (?!.*hidden-token)/);
    expect(await refusal({ webhook: ["https://a.test"], secret: "" })).toMatch(/^ASSAY_NOTIFY_SECRET/);
  });

  test("bad input: an address that is wrong keeps nobody else from being told", async () => {
    const slack = ["htps://slack.test/hidden", `${url}/slack/e`];
    const channels = createChannels({ ...none, slack, webhook: [`${url}/webhook/e`], secret: "short" }, systemClock);
    const sent = await Promise.allSettled(channels.map(({ send }) => send(notification)));
    expect(sent.map(({ status }) => status)).toEqual(["rejected", "fulfilled", "rejected"]);
    expect(channels.map(({ name }) => name.replace(/[0-9a-f]{8}$/, "…"))).toEqual([
      "slack-address-1",
      "slack-…",
      "webhook-…",
    ]);
    expect(await logged("/slack/e")).toMatchObject([{ taken: true }]);
  });

  test("bad input: a receiver that says its address back, or sends elsewhere, does not make it known", async () => {
    const echo = createServer((request, response) => {
      if (request.url?.startsWith("/moved")) return void response.writeHead(302, { location: "/else" }).end();
      response
        .writeHead(404)
        .end(`Cannot POST ${request.url}; sig ${new URL(request.url ?? "", url).searchParams.get("sig")}`);
    });
    await new Promise<void>((resolve) => echo.listen(0, "127.0.0.1", resolve));
    const at = `http://127.0.0.1:${(echo.address() as AddressInfo).port}`;
    const said = (address: string) =>
      createChannels({ ...none, slack: [address] }, systemClock)[0]
        ?.send(notification)
        .catch(({ message }) => message);
    expect(await said(`${at}/services/T0HIDDEN/s3cr3tpath?sig=a%2Fb-hidden`)).toMatch(
      /^slack-[0-9a-f]{8} answered 404: Cannot POST …; sig …$/,
    );
    expect(await said(`${at}/moved`)).toMatch(/^slack-[0-9a-f]{8} cannot be reached: it redirects/);
    echo.close();
  });

  test("bad input: a signing secret that holds no key, an address with a password", async () => {
    for (const empty of ["whsec_!!!!!!!!!!!!!!!!", "whsec_c2hvcnQ=          "])
      expect(await refusal({ webhook: ["https://a.test"], secret: empty })).toMatch(/^ASSAY_NOTIFY_SECRET/);
    expect(await refusal({ slack: ["https://me:hidden@a.test/x"] })).toMatch(
      /^ASSAY_NOTIFY_SLACK: address 1 is no https address/,
    );
  });

  test("texts are cut between characters, and none is empty", () => {
    const title = `${"x".repeat(149)}🙂${"y".repeat(20)}`;
    const facts = [{ name: "cause", value: "" }];
    const long = { ...notification, title, facts: [...facts, { name: "t", value: `${"x".repeat(999)}🙂` }] };
    for (const message of [slackMessage(long), teamsCard(long)]) {
      expect(JSON.stringify(message)).not.toMatch(/\\ud83d(?!\\ude42)/);
      expect(JSON.stringify(message)).not.toContain('"text":""');
    }
  });

  test("an address says from which severity on it is told", () => {
    const slack = ["critical=https://pager.test/x?a=b", "https://chat.test/y"];
    expect(createChannels({ ...none, slack }, systemClock).map(({ atLeast }) => atLeast)).toEqual(["critical", "info"]);
  });

  test("bad input: Slack reads nothing in a title that mentions everybody", () => {
    const { text } = slackMessage({ ...notification, title: "<!channel> & <https://evil.test|x>" }) as { text: string };
    expect(text).toBe(":warning: &lt;!channel&gt; &amp; &lt;https://evil.test|x&gt;");
  });
});

test("the signature is the one of standardwebhooks.com's own example", () => {
  const at = new Date(1_614_265_330_000);
  const signed = signWebhook(
    "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
    "msg_p5jXN8AQM9LWM0D4loKWxJek",
    at,
    '{"test": 2432232314}',
  );
  expect(signed["webhook-signature"]).toBe("v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
});
