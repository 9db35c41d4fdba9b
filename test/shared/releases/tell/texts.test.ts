import { describe, expect, test } from "vitest";
import type { Operation } from "../../../../src/shared/releases/operation.ts";
import { checkContent } from "../../../../src/shared/releases/tell/check-content.ts";
import { headline } from "../../../../src/shared/releases/tell/headline.ts";
import { issueContent, laterContent } from "../../../../src/shared/releases/tell/issue-content.ts";
import { hasMarker, isAbout, marker } from "../../../../src/shared/releases/tell/marker.ts";
import { notificationOf } from "../../../../src/shared/releases/tell/notification-of.ts";
import { severityOf } from "../../../../src/shared/releases/tell/severity.ts";
import { release, rollback } from "./told-facts.ts";

const promote = (change: Partial<Operation>) =>
  rollback({ kind: "promote", operationId: "promote-support-2", ...change });

describe("what it came to", () => {
  test.each<[Operation, string, string, string]>([
    [rollback(), "Rolled back support-2: errors rose from 1 % to 10 %", "failure", "warning"],
    [promote({ outcome: "promoted" }), "Promoted support-2: errors", "success", "info"],
    [
      promote({ outcome: "undone", reason: "no call" }),
      "Undid the promotion of support-2: no call",
      "failure",
      "warning",
    ],
    [
      rollback({ outcome: "partiallyRolledBack", reason: "gone" }),
      "Rolled back support-2 in part",
      "failure",
      "critical",
    ],
    [rollback({ outcome: "unverified" }), "and no call has shown it", "action_required", "critical"],
    [rollback({ outcome: "failed", reason: "no way" }), "Could not roll back support-2: no way", "failure", "critical"],
    [promote({ outcome: "failed" }), "Could not promote support-2", "failure", "warning"],
  ])("%#: headline, conclusion and severity", (operation, title, conclusion, severity) => {
    expect(headline(operation)).toContain(title);
    expect(checkContent(operation, release("support-2")).conclusion).toBe(conclusion);
    expect(severityOf(operation)).toBe(severity);
  });

  test("without an outcome it waits for a person", () => {
    const { outcome: _, ...held } = rollback({ reason: "it was rolled back a moment ago" });
    expect(headline(held)).toBe("The rollback of support-2 waits for a person: it was rolled back a moment ago");
    expect(checkContent(held, release("support-2")).conclusion).toBe("action_required");
  });
});

describe("a promotion that failed", () => {
  const failed = (reason: string) => promote({ outcome: "failed", reason });
  const textsOf = (reason: string) => [
    issueContent(failed(reason), release("support-2")).body,
    checkContent(failed(reason), release("support-2")).summary,
  ];

  test.each([
    ["chat: InsufficientQuota: 400: This operation require 50 new capacity", "more quota"],
    ["chat: ServiceModelDeprecated: 400: The model has been deprecated.", "name a newer version"],
    ["chat: chat--v2 is there with the SKU A in place of B: take the next number", "Write the next number"],
    ["chat: Deadline: chat--v2 was not ready after 1200 s", "goes on"],
    ["smoke suites: helper on helper@chat--v2: 3 of 5", "Look at what it answered"],
  ])("%s: what to do about it, and how to ask again", (reason, mend) => {
    for (const text of textsOf(reason)) {
      expect(text).toContain(mend);
      expect(text).toContain("Nothing that is served was changed.");
      expect(text).toContain("`/foundry-deploy support --stage=prod`");
      // Nothing went wrong in production, and nothing was taken back.
      expect(text).not.toMatch(/anomaly|not undone|revert/);
    }
  });

  test("one of which nobody knows a mend says no wrong one", () => {
    for (const text of textsOf("chat: Teapot: 418")) expect(text).not.toMatch(/quota|newer|role/);
  });
});

describe("the postmortem's draft", () => {
  const { title, body } = issueContent(rollback(), release("support-2"));

  test("says when, with the seconds between", () => {
    expect(title).toBe("Rolled back support-2: errors rose from 1 % to 10 %");
    expect(body).toContain("t3 − t1: **10.5 s** · t3 − t0: **30.5 s**");
    expect(body).toContain("| t3 | routing verified | 2026-01-02T10:00:30.500Z | 30.5 s |");
    expect(checkContent(rollback(), release("support-2")).summary).toContain("t3 − t1: **10.5 s**");
  });

  test("says what was done to each target, the evidence, and what is left to do", () => {
    const from = "`chat--v3 (gpt-4.1 2025-04-14)` | `chat--v2 (gpt-4.1 2025-04-14)` | changed, and shown by a call";
    expect(body).toContain(`| \`chat\` (deployment) | ${from} |`);
    expect(body).toMatch(/## Evidence\n\n- alert: errors rose from 1 % to 10 %\n.*a call was answered by gpt-4.1/);
    expect(body).toContain("## What was not undone");
    expect(body).toContain("- [ ] Merge the revert from `assay/revert-support-2`");
  });

  test("begins with what is served now, and asks for nothing that was not done", () => {
    const body = (change: Partial<Operation>) => issueContent(rollback(change), release("support-2")).body;
    expect(body({})).toContain("\n\n**`prod` serves `support-1` again, and calls have shown it.**\n\n");
    const failed = body({ outcome: "failed", reason: "nobody answered: the watch proposes" });
    expect(failed).toContain(
      "**Nothing was changed: `prod` still serves `support-2`. To take it back: `/rollback support-2`.**",
    );
    expect(failed).not.toMatch(/Merge the revert|Lift the quarantine/);
    expect(laterContent(rollback({ outcome: "unverified" }), release("support-2"))).toContain("no call has shown");
  });

  test("of what was never begun shows where it would have led", () => {
    const [step] = rollback().steps;
    const { to, ...waiting } = { ...step, state: "waiting" as const };
    const aimed = { pointers: to ? { "deployment:chat": to } : {}, releases: {}, releaseId: "support-1" };
    const operation = rollback({ outcome: "failed", steps: [waiting] as Operation["steps"], destinations: [aimed] });
    expect(issueContent(operation, release("support-2")).body).toContain(
      "`chat--v2 (gpt-4.1 2025-04-14)` | not touched",
    );
    const { outcome: _, ...held } = operation;
    expect(notificationOf(held, release("support-2"), new Date(0)).facts).toContainEqual({
      name: "chat",
      value: "chat--v3 (gpt-4.1 2025-04-14) → chat--v2 (gpt-4.1 2025-04-14)",
    });
  });

  test("says of an agent that pinned sessions stay where they are", () => {
    expect(body).not.toContain("sessions");
    const of = (version: string) => ({ kind: "agent" as const, rules: [{ version, percentage: 100 }] });
    const target = { id: "helper", kind: "agent" as const, alias: "helper" };
    const step = { target, from: of("8"), to: of("7"), state: "verified" as const, attempts: 1 };
    expect(issueContent(rollback({ steps: [step] }), release("support-2")).body).toContain(
      "- sessions of helper that are pinned to a version stay on it until they end; stop those that may not.",
    );
    const stopped = { ...step, target: { ...target, stopSessions: true } };
    expect(issueContent(rollback({ steps: [stopped] }), release("support-2")).body).not.toContain("sessions");
  });

  test("what is not known is not zero", () => {
    const { seenAt: _, firedAt: __, ...cause } = rollback().cause;
    const text = issueContent(rollback({ cause }), release("support-2")).body;
    expect(text).toContain("t3 − t1: **not known** · t3 − t0: **not known**");
    expect(text).toContain("| t0 | anomaly seen | not known | not known |");
    // Flipped back, and no call has shown it: nothing was verified.
    const unverified = rollback({
      outcome: "unverified",
      timeline: [{ at: "2026-01-02T10:00:40Z", what: "unverified" }],
    });
    expect(issueContent(unverified, release("support-2")).body).toContain("t3 − t1: **not known**");
  });

  test("names each target that was not taken back", () => {
    const [step] = rollback().steps;
    const steps = step ? [{ ...step, state: "failed" as const, reason: "it was deleted by hand" }] : [];
    const partly = rollback({ outcome: "partiallyRolledBack", steps });
    expect(issueContent(partly, release("support-2")).body).toContain(
      "- **`chat`** is `failed`: it was deleted by hand",
    );
  });

  test("bad input: texts of others mention nobody, open no tag, show no secret and end no table", () => {
    const evil =
      "@acme/everyone <img src=x> | --> [x](http://evil.test) #1 ghp_abcdefghijklmnopqrstuvwxyz0123456789\n## Done";
    const operation = rollback({
      cause: { kind: "person", by: "`eve` @all", reason: evil },
      timeline: [{ at: "2026-01-02T10:00:21Z", what: evil }],
      reason: evil,
    });
    for (const text of [
      issueContent(operation, release("support-2", { owner: evil, runbook: evil })).body,
      checkContent(operation, release("support-2")).summary,
    ]) {
      expect(text).not.toMatch(/@acme|@all|<img|ghp_|(?<!\\)\]\(|\n## Done/);
      expect(text).toContain("[REDACTED");
    }
    expect(checkContent(operation, release("support-2")).title).not.toMatch(/ghp_|\n/);
    expect(JSON.stringify(notificationOf(operation, release("support-2"), new Date(0)))).not.toContain("ghp_");
  });

  test("an operation of any length fits into an issue", () => {
    const timeline = Array.from({ length: 5000 }, () => ({ at: "2026-01-02T10:00:21Z", what: "<".repeat(5000) }));
    const [step] = rollback().steps;
    const steps = Array.from({ length: 50 }, () => ({ ...step, reason: "|".repeat(5000) })) as Operation["steps"];
    const long = rollback({ timeline, steps, cause: { kind: "person", reason: "&".repeat(9000) } });
    expect(issueContent(long, release("support-2")).body.length).toBeLessThan(65_536);
    expect(checkContent(long, release("support-2")).summary.length).toBeLessThan(65_535);
    expect(issueContent(long, release("support-2")).title.length).toBeLessThan(256);
  });
});

test("a marker is found by its operation and its release, and by no other", () => {
  const operation = rollback();
  const later = rollback({ operationId: "rollback-support-2-2" });
  const body = `${marker(operation)}\n\ntext`;
  expect([hasMarker(body, operation), hasMarker(body, later), hasMarker(`x${body}`, operation)]).toEqual([
    true,
    false,
    false,
  ]);
  expect([isAbout(body, later), isAbout(body, rollback({ releaseId: "support-3" }))]).toEqual([true, false]);
  expect(marker(rollback({ releaseId: "a--><b>" }))).not.toMatch(/--.*--.*-->|<b>/);
});
