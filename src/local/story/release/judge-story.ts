import type { ReleaseView } from "./release-view.ts";
import type { StoryFault } from "./story-faults.ts";

/** What came of the story. */
export interface StoryFacts {
  fault: StoryFault;
  /** Conclusions of the gate on the pull request's head, and whether its comment has the plan. */
  gate: string | null;
  planShown: boolean;
  view: ReleaseView | undefined;
  alerts: { rule: string; status: number; outcome: string }[];
  /** Deployments that answered customers after all was over, with how often. */
  servedAtTheEnd: Record<string, number>;
  /** What the route and the alias stand for at the end. */
  routed: string | undefined;
  issue: string | undefined;
  revert: string | undefined;
  notified: number;
  lost: number;
  asked: number;
  seconds: number;
}

/** The story has to be over in five minutes. */
const mostSeconds = 300;

/** What came out otherwise than the story has it: pure. */
export function problemsOf(facts: StoryFacts): string[] {
  const { fault, view, alerts, routed, servedAtTheEnd, seconds, lost, asked } = facts;
  const problems: string[] = [];
  const expect = (holds: boolean, problem: string) => {
    if (!holds) problems.push(problem);
  };
  expect(facts.gate === "success", `the gate did not pass: ${facts.gate}`);
  expect(facts.planShown, "the pull request's comment does not show the release's plan");
  expect(view?.promotion?.outcome === "promoted", `it was not promoted: ${view?.promotion?.reason ?? "no operation"}`);
  const [arm, other] = fault === "none" ? ["chat--v2", "chat--v1"] : ["chat--v1", "chat--v2"];
  expect(routed === arm, `the route leads to ${routed ?? "nothing"}, and should to ${arm}`);
  expect((servedAtTheEnd[arm] ?? 0) > 0, `${arm} answered no customer at the end`);
  expect((servedAtTheEnd[other] ?? 0) === 0, `${other} still answered ${servedAtTheEnd[other]} customers at the end`);
  // A few fail where a machine is busy; more would say that customers were left alone.
  expect(lost <= asked / 100, `${lost} of ${asked} customers got no target`);
  if (fault === "none") expectPromoted(view, alerts, expect);
  else expectRolledBack(facts, expect);
  expect(seconds <= mostSeconds, `it took ${Math.round(seconds)} s, and should take ${mostSeconds} at the most`);
  return problems;
}

type Expect = (holds: boolean, problem: string) => void;

function expectPromoted(view: ReleaseView | undefined, alerts: StoryFacts["alerts"], expect: Expect): void {
  expect(view?.release.status === "verified", `the release is ${view?.release.status ?? "unknown"}, and not verified`);
  expect(view?.rollback === undefined, `it was rolled back without a fault: ${view?.rollback?.cause.reason}`);
  expect(alerts.length === 0, `alerts fired without a fault: ${alerts.map(({ rule }) => rule).join(", ")}`);
}

function expectRolledBack({ view, alerts, issue, revert, notified }: StoryFacts, expect: Expect): void {
  const rollback = view?.rollback;
  expect(alerts.length > 0, "no alert fired");
  expect(
    alerts.every(({ status }) => status === 202),
    `an alert was not accepted: ${alerts.map(({ status }) => status).join(", ")}`,
  );
  expect(alerts[0] === undefined || alerts[0].outcome === "enqueued", `the first alert was ${alerts[0]?.outcome}`);
  expect(rollback?.outcome === "rolledBack", `it was not rolled back: ${rollback?.reason ?? "no operation"}`);
  expect(rollback?.automatic === true, "it was not rolled back by itself");
  expect(
    rollback?.cause.kind === "alert",
    `the rollback was asked for by the ${rollback?.cause.kind}, not by the alert`,
  );
  const unproven = rollback?.targets.filter(({ state }) => state !== "verified") ?? [];
  expect(unproven.length === 0, `not verified: ${unproven.map(({ target }) => target).join(", ")}`);
  expect(view?.release.status === "rolledBack", `the release is ${view?.release.status ?? "unknown"}`);
  expect(issue !== undefined, "no issue was opened");
  expect(revert !== undefined, "no revert pull request was opened");
  expect(notified > 0, "nobody was notified");
}
