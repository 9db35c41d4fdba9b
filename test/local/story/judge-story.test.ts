import { describe, expect, test } from "vitest";
import { problemsOf, type StoryFacts } from "../../../src/local/story/release/judge-story.ts";
import type { ReleaseView } from "../../../src/local/story/release/release-view.ts";
import { type StoryFault, storyFaults } from "../../../src/local/story/release/story-faults.ts";

const operation = (outcome: string, kind: string) => ({
  ...{ operationId: "o", stage: "closed", outcome, automatic: true, cause: { kind, reason: "errors" } },
  ...{ targets: [{ target: "deployment:chat", state: "verified" }], timeline: [], links: {} },
});
const promotion = operation("promoted", "merge");
const rollback = operation("rolledBack", "alert");
const view = (status: string, more: Partial<ReleaseView> = {}): ReleaseView => ({
  release: { releaseId: "support-1", status },
  promotion,
  ...more,
});
const common = { gate: "success", planShown: true, lost: 0, asked: 1000, seconds: 200, notified: 3 };
const alert = { rule: "support-errors", status: 202, outcome: "enqueued" };
const back: StoryFacts = {
  ...{ ...common, fault: "errors", view: view("rolledBack", { rollback }), alerts: [alert] },
  ...{ servedAtTheEnd: { "chat--v1": 10 }, routed: "chat--v1", issue: "i", revert: "r" },
};
const stays: StoryFacts = {
  ...{ ...common, fault: "none", view: view("verified"), alerts: [], servedAtTheEnd: { "chat--v2": 10 } },
  ...{ routed: "chat--v2", issue: undefined, revert: undefined },
};

describe("what the story promises", () => {
  test.each(storyFaults)("held, with the fault %s", (fault: StoryFault) => {
    expect(problemsOf(fault === "none" ? stays : { ...back, fault })).toEqual([]);
  });

  test.each<[string, Partial<StoryFacts>]>([
    ["the gate did not pass", { gate: "failure" }],
    ["does not show the release's plan", { planShown: false }],
    ["not promoted", { view: undefined }],
    ["the route leads to chat--v2", { routed: "chat--v2" }],
    ["chat--v1 answered no customer", { servedAtTheEnd: {} }],
    ["chat--v2 still answered 1", { servedAtTheEnd: { "chat--v1": 9, "chat--v2": 1 } }],
    ["no alert fired", { alerts: [] }],
    ["not accepted: 401", { alerts: [{ ...alert, status: 401 }] }],
    ["the first alert was recorded", { alerts: [{ ...alert, outcome: "recorded" }] }],
    ["was not rolled back", { view: view("watching") }],
    ["by the watch, not by the alert", { view: view("rolledBack", { rollback: operation("rolledBack", "watch") }) }],
    ["not rolled back by itself", { view: view("rolledBack", { rollback: { ...rollback, automatic: false } }) }],
    ["the release is partiallyRolledBack", { view: view("partiallyRolledBack", { rollback }) }],
    ["no issue", { issue: undefined }],
    ["no revert pull request", { revert: undefined }],
    ["nobody was notified", { notified: 0 }],
    ["11 of 1000 customers", { lost: 11 }],
    ["it took 301 s", { seconds: 301 }],
  ])("a fault: %s", (problem, change) => {
    expect(problemsOf({ ...back, ...change }).join("\n")).toContain(problem);
  });

  test.each<[string, Partial<StoryFacts>]>([
    ["and not verified", { view: view("watching") }],
    ["rolled back without a fault", { view: view("verified", { rollback }) }],
    ["alerts fired without a fault: support-errors", { alerts: [alert] }],
  ])("no fault: %s", (problem, change) => {
    expect(problemsOf({ ...stays, ...change }).join("\n")).toContain(problem);
  });
});
