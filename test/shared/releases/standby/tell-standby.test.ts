import { expect, test } from "vitest";
import type { Standby } from "../../../../src/shared/releases/standby/standby.ts";
import { tellStandby } from "../../../../src/shared/releases/standby/tell-standby.ts";
import type { Notification } from "../../../../src/shared/releases/tell/notification.ts";
import type { Issue, TellHost } from "../../../../src/shared/releases/tell/ports.ts";
import { createInstantClock } from "../../../support/instant-clock.ts";
import { createMemoryLog } from "../../../support/log.ts";
import { release } from "../tell/told-facts.ts";

function stage() {
  const issues: (Issue & { title: string })[] = [];
  const comments: string[] = [];
  const sent: Notification[] = [];
  const marks = new Set<string>();
  let down = false;
  const host = {
    issues: {
      own: async () => [...issues],
      async create(wanted) {
        issues.push({ ...wanted, number: issues.length + 1, open: true, link: `issues/${issues.length + 1}` });
        return issues.at(-1) as Issue;
      },
      get: async (number) => issues[number - 1],
      update: async () => {},
      async close(number) {
        for (const issue of issues) if (issue.number === number) issue.open = false;
      },
    } satisfies TellHost["issues"],
    comments: {
      list: async () => comments.map((body, id) => ({ id, body, own: true })),
      create: async (_: number, body: string) => void comments.push(body),
    },
  };
  const tell = (standby: Partial<Standby>) =>
    tellStandby(
      release("r2"),
      { lookedAt: "t", problems: ["r1: chat--v1 does not exist @grace"], peaks: {}, ...standby },
      {
        open: async () => {
          if (down) throw new Error("GitHub is down");
          return host as unknown as TellHost;
        },
        channels: async () => [
          { name: "slack-1", atLeast: "info", send: async (notification) => void sent.push(notification) },
        ],
        marks: {
          begin: async (_, key) => (marks.has(key) ? { over: true } : { over: false, tries: 1 }),
          later: async () => {},
          finish: async (_, key) => void marks.add(key),
        },
        clock: createInstantClock(),
        log: createMemoryLog(),
      },
    );
  return { issues, comments, sent, tell, outage: (is: boolean) => (down = is) };
}
const lostSince = "2026-11-20T10:00:00.000Z";

test("a way back that is lost is one issue and one critical message, however often it is told", async () => {
  const { issues, sent, tell } = stage();
  await tell({ lostSince });
  await tell({ lostSince });
  expect(issues).toMatchObject([{ open: true, title: "No way back from r2" }]);
  expect(issues[0]?.body).toContain("chat--v1 does not exist");
  expect(issues[0]?.body).not.toMatch(/[^`]@grace/);
  expect(sent).toMatchObject([
    {
      severity: "critical",
      incident: "7:r2",
      links: [{ url: "issues/1" }],
      title: expect.stringContaining("No way back"),
    },
  ]);
});

test("found again it is said in the issue, which is closed, and by a message; lost once more is another issue", async () => {
  const { issues, comments, sent, tell } = stage();
  await tell({ lostSince });
  await tell({ told: lostSince, wayBack: "r1", problems: [] });
  await tell({ told: lostSince, wayBack: "r1", problems: [] });
  expect(issues).toMatchObject([{ open: false }]);
  expect(comments).toEqual([expect.stringContaining("A rollback leads to `r1` again")]);
  expect(sent.map(({ severity }) => severity)).toEqual(["critical", "info"]);
  await tell({ lostSince: "2026-11-20T11:00:00.000Z" });
  expect(issues.map(({ open }) => open)).toEqual([false, true]);
});

test("while GitHub is down the channels hear of it all the same, and the issue comes later", async () => {
  const { issues, sent, tell, outage } = stage();
  outage(true);
  await expect(tell({ lostSince })).rejects.toThrow("GitHub is down");
  expect([issues.length, sent.length]).toEqual([0, 1]);
  outage(false);
  await tell({ lostSince });
  expect([issues.length, sent.length]).toEqual([1, 1]);
});
