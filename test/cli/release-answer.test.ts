import { describe, expect, test } from "vitest";
import { answerText } from "../../src/cli/release-answer.ts";

const model = { format: "OpenAI", name: "gpt-5-mini", version: "2026-08-06" };
const operation = {
  ...{ operationId: "rollback-chat-2", kind: "rollback", stage: "flipping", releaseId: "chat-2", to: "chat-1" },
  ...{ automatic: false, cause: { kind: "person", reason: "slow" }, links: {} },
  targets: [{ target: "deployment:chat", state: "flipping" }],
  timeline: [{ at: "2026-11-21T10:00:00.000Z", what: "asked for: slow" }],
};

describe("what the app answers, for a person", () => {
  test("a rollback that is under way, and one that is over", () => {
    expect(answerText({ operation })).toBe(`Rollback of chat-2 to chat-1: under way, at flipping (rollback-chat-2)
  deployment:chat flipping

  2026-11-21T10:00:00.000Z asked for: slow

The same command again shows how far it is; --json has the whole of it.
`);
    const [at] = operation.targets;
    const over = { ...operation, stage: "closed", outcome: "rolledBack", targets: [{ ...at, state: "verified" }] };
    const text = answerText({ operation: { ...over, links: { issue: "https://github.com/acme/ai/issues/7" } } });
    expect(text).toContain("Rollback of chat-2 to chat-1: rolledBack (rollback-chat-2)\n  deployment:chat verified\n");
    expect(text).toContain("  issue: https://github.com/acme/ai/issues/7\n");
    expect(text).not.toContain("again shows");
  });

  test("a preview: what serves, where it leads, whether that can serve", () => {
    const pointer = (deployment: string) => ({ kind: "deployment", deployment, model });
    const step = { target: "deployment:chat", serves: pointer("chat--v3"), to: pointer("chat--v1") };
    const answer = (probe: object) =>
      answerText({
        ...{ dryRun: true, from: "chat-2", to: "chat-1", notUndone: ["data that was written meanwhile"] },
        steps: [{ ...step, probe, changedByHand: true }],
      });
    expect(
      answer({ kind: "answered", served: "gpt-5-mini", asExpected: true, latencyMs: 9 }),
    ).toBe(`chat-2 would go back to chat-1. Nothing was done.
  deployment:chat chat--v3 (gpt-5-mini 2026-08-06) → chat--v1 (gpt-5-mini 2026-08-06) a call is answered by gpt-5-mini
    changed by hand: what it serves is not what the release brought
Not undone: data that was written meanwhile.
`);
    const told = answerText({
      ...{
        dryRun: true,
        from: "chat-2",
        to: "nothing before it can serve: it would be held",
        held: true,
        notUndone: [],
      },
      steps: [{ target: "route:chat", unread: "the account does not answer" }],
      passedOver: [{ releaseId: "chat-1", reasons: ["chat: 404"] }],
      underWay: { operationId: "rollback-chat-2", stage: "held", asking: "says yes to it" },
      marks: [{ target: "route:chat", paused: { until: "2026-11-22T10:00:00.000Z", why: "a test", by: "ada" } }],
    });
    expect(told).toContain(
      "chat-2 would not go back: nothing before it can serve: it would be held. Nothing was done.",
    );
    expect(told).toContain("It is in rollback-chat-2 already, at held; asking again says yes to it.");
    expect(told).toContain("  chat-1 cannot serve: chat: 404\n");
    expect(told).toContain("  route:chat is paused until 2026-11-22T10:00:00.000Z by ada: a test\n");
    expect(told).toContain("  route:chat the account does not answer → nothing\n");
    expect(answer({ kind: "gone", code: "404", reason: "deleted" })).toContain("it cannot serve: 404: deleted");
    expect(answer({ kind: "unknown", reason: "throttled" })).toContain("no call has shown whether it can serve");
  });

  test("what was refused, with what mends it; a pause; a lift", () => {
    const refusals = [{ code: "frozen", reason: "It is frozen.", mend: "Wait." }];
    expect(answerText({ error: "Not promoted.", refusals })).toBe("Not promoted.\n- It is frozen. Wait.\n");
    expect(answerText({ error: "Not rolled back: it is rolled back." })).toBe("Not rolled back: it is rolled back.\n");
    const targets = [
      {
        target: "route:chat",
        current: "chat-2",
        paused: { until: "2026-11-22T10:00:00.000Z", why: "we look", by: "mona" },
      },
    ];
    expect(answerText({ releaseId: "chat-2", targets })).toContain(
      "route:chat is paused until 2026-11-22T10:00:00.000Z by mona: we look",
    );
    expect(answerText({ releaseId: "chat-2", quarantine: [{ digest: "abc" }] })).toContain("\n  abc\n");
  });

  test("nothing that a terminal obeys comes through; what is of no known form comes as it is", () => {
    const text = answerText({ error: "no \u001b[2Jway\u0007" });
    expect(["\u001b", "\u0007"].filter((control) => text.includes(control))).toEqual([]);
    expect(JSON.parse(answerText({ other: [1] }))).toEqual({ other: [1] });
  });
});
