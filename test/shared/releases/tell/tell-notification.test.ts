import { expect, test } from "vitest";
import { PermanentError, RetryAfterError, RetryableError } from "../../../../src/shared/errors.ts";
import type { Channel, Notification } from "../../../../src/shared/releases/tell/notification.ts";
import type { NotificationMarks } from "../../../../src/shared/releases/tell/ports.ts";
import type { Severity } from "../../../../src/shared/releases/tell/severity.ts";
import { tellNotification } from "../../../../src/shared/releases/tell/tell-notification.ts";
import { createMemoryLog } from "../../../support/log.ts";
import { createManualClock } from "../../../support/manual-clock.ts";
import { release, rollback } from "./told-facts.ts";

function memoryMarks(): NotificationMarks {
  const marks = new Map<string, { tries: number; over: boolean; until?: Date }>();
  return {
    async begin(_repositoryId, key, now) {
      const { tries, over, until } = marks.get(key) ?? { tries: 0, over: false };
      if (over) return { over };
      if (until && until > now) return { over: false, waitMs: until.getTime() - now.getTime() };
      marks.set(key, { tries: tries + 1, over: false });
      return { over: false, tries: tries + 1 };
    },
    later: async (_repositoryId, key, until) =>
      void marks.set(key, { tries: 1, over: false, ...marks.get(key), until }),
    finish: async (_repositoryId, key) => void marks.set(key, { tries: 1, over: true }),
  };
}

/** A channel that fails with these, one after the other, and takes the next. */
function channel(name: string, failures: Error[] = [], atLeast: Severity = "info") {
  const sent: Notification[] = [];
  const own: Channel = {
    ...{ name, atLeast },
    async send(notification) {
      const failure = failures.shift();
      if (failure) throw failure;
      sent.push(notification);
    },
  };
  return { own, sent };
}

function stage(...channels: { own: Channel }[]) {
  const log = createMemoryLog();
  const marks = memoryMarks();
  const clock = createManualClock();
  const ports = { channels: async () => channels.map(({ own }) => own), marks, log, clock };
  return { log, clock, tell: (operation = rollback()) => tellNotification(operation, release("support-2"), ports) };
}

test("each channel is told once, however often it is asked; one that failed is tried again alone", async () => {
  const [good, bad] = [channel("slack-1"), channel("teams-1", [new RetryableError("500"), new RetryableError("500")])];
  const { tell, clock } = stage(good, bad);
  await expect(tell()).rejects.toMatchObject({ retryAfterMs: 2000 });
  await clock.advance(2000);
  await expect(tell()).rejects.toMatchObject({ retryAfterMs: 6000 });
  await clock.advance(6000);
  await tell();
  await tell();
  expect([good.sent.length, bad.sent.length]).toEqual([1, 1]);
});

test("goes by severity, and carries one incident for all operations of a release", async () => {
  const [all, pager] = [channel("slack-1"), channel("webhook-1", [], "critical")];
  const { tell } = stage(all, pager);
  await tell();
  await tell(rollback({ outcome: "partiallyRolledBack", operationId: "rollback-support-2-2" }));
  expect([all.sent.length, pager.sent.length]).toEqual([2, 1]);
  expect(new Set(all.sent.map(({ incident }) => incident))).toEqual(new Set(["7:support-2"]));
  expect(new Set(all.sent.map(({ id }) => id)).size).toBe(2);
});

test("what is held again for another reason is told again, and the same once", async () => {
  const one = channel("slack-1");
  const { tell } = stage(one);
  const { outcome: _, ...operation } = rollback({ stage: "held" });
  const at = (second: number) => `2026-01-02T10:00:0${second}.000Z`;
  const first = { ...operation, timeline: [{ at: at(1), what: "held: the watch proposes" }] };
  const second = { ...first, timeline: [...first.timeline, { at: at(2), what: "held: it was changed by hand" }] };
  for (const held of [first, first, second, second]) await tell(held);
  expect(one.sent).toHaveLength(2);
});

test("with nobody configured nobody is told, and the log says so", async () => {
  const { tell, log } = stage();
  expect(await tell()).toEqual({});
  expect(log.events).toMatchObject([{ event: "notification.nobody", facts: { channels: 0, severity: "warning" } }]);
});

test("a receiver that refuses is asked once; one that never answers, eight times", async () => {
  const refusing = channel("slack-1", [new PermanentError("404"), new PermanentError("404")]);
  const first = stage(refusing);
  await first.tell();
  await first.tell();
  expect(first.log.events).toMatchObject([{ event: "notification.failed", facts: { how: "refused" } }]);
  const failures = Array.from({ length: 20 }, () => new RetryableError("no answer"));
  const silent = stage(channel("slack-1", failures));
  for (let tries = 1; tries < 8; tries++) {
    await expect(silent.tell()).rejects.toBeInstanceOf(RetryAfterError);
    await silent.clock.advance(3_600_000);
  }
  await silent.tell();
  await silent.tell();
  expect(failures.length).toBe(12);
});

test("a receiver's own wait is kept, whoever comes before, and costs it no try", async () => {
  const slow = channel("slack-1", [new RetryAfterError("429", 600_000)]);
  const [other, failures] = [channel("teams-1"), [new RetryableError("500"), new RetryableError("500")]];
  const { tell, clock } = stage(slow, channel("webhook-1", failures), other);
  await expect(tell()).rejects.toMatchObject({ retryAfterMs: 2000 });
  // A minute's timer comes as well: ten minutes of it must not end eight tries.
  for (let minute = 1; minute < 10; minute++) {
    await clock.advance(60_000);
    await expect(tell()).rejects.toBeInstanceOf(RetryAfterError);
  }
  expect([slow.sent.length, other.sent.length, failures.length]).toEqual([0, 1, 0]);
  await clock.advance(60_000);
  await tell();
  expect(slow.sent).toHaveLength(1);
});
