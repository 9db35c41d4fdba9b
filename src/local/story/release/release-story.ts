import { setTimeout as sleep } from "node:timers/promises";
import { baselineCheck, gateCheck } from "../../../shared/gate/check-names.ts";
import type { House } from "../../house.ts";
import { callGitHub, type GitHubUser, waitForCheck } from "../github-user.ts";
import { cloneRepository } from "../working-copy.ts";
import { createAlertRules } from "./alert-rules.ts";
import { problemsOf, type StoryFacts } from "./judge-story.ts";
import { momentOf, ReleaseView } from "./release-view.ts";
import { callsPerSecond } from "./stage-past.ts";
import { type StoryCase, startCustomers } from "./start-customers.ts";
import { faultText, type StoryFault, standInFault } from "./story-faults.ts";
import { plannedRelease, type StoryFiles } from "./story-files.ts";
import { figuresOf, type Moment, type Timeline } from "./timeline.ts";

export interface ReleaseStoryOptions {
  house: House;
  files: StoryFiles;
  /** Of the starter: what customers ask. */
  cases: readonly StoryCase[];
  fault: StoryFault;
  timeline: Timeline;
  started: Date;
  timeoutMs: number;
  signal: AbortSignal;
}

export interface ReleaseOutcome {
  ok: boolean;
  /** What the release came to: `verified`, `rolledBack`, or where it hangs. */
  outcome: string;
  steps: Moment[];
  /** Seconds between moments that people ask for. */
  figures: Record<string, number>;
  problems: string[];
}

/** Seconds after a minute's end until its metrics count, in the story and in its alert rules. */
export const settleSeconds = 5;
const minuteMs = 60_000;

/**
 * The second story of the brief: a new version of the model appears, a pull request changes routing to it, it is gated, approved,
 * merged, deployed, flipped and watched. A fault in the new arm raises an alert, and routing goes back; without one the watch ends.
 */
export async function playReleaseStory(options: ReleaseStoryOptions): Promise<ReleaseOutcome> {
  const { house, files, fault, timeline, started, signal } = options;
  const { github, repository, author } = house;
  const fullName = `${repository.owner}/${repository.name}`;
  const as = (login: string): GitHubUser => ({
    ...{ restUrl: github.restUrl, token: github.tokenFor(login), repository: fullName },
  });
  const user = as(author);
  const deadline = started.getTime() + options.timeoutMs;
  const left = () => Math.max(1000, deadline - Date.now());
  const facts: StoryFacts = {
    ...{ fault, gate: null, planShown: false, view: undefined, alerts: [], servedAtTheEnd: {}, routed: undefined },
    ...{ issue: undefined, revert: undefined, notified: 0, lost: 0, asked: 0, seconds: 0 },
  };
  let wayBack: string | undefined;
  const traffic = await startCustomers(house, files, options.cases);
  const copy = await cloneRepository(github.remoteFor(author, repository), author);
  try {
    timeline.note(`customers ask: ${callsPerSecond} calls a second, by the route that Assay serves (simulated)`);
    const main = await callGitHub<{ object: { sha: string } }>(user, "GET", "git/ref/heads/main");
    const check = (sha: string, name: string) => waitForCheck(user, sha, name, { timeoutMs: left(), signal });
    const baseline = await check(main.object.sha, baselineCheck);
    timeline.note(`baseline of main: ${baseline.conclusion} (${baseline.output.title})`);

    await copy.branch("new-model-version");
    const first = await copy.change(await files.next([]), "Route support to the new version of the model");
    const pull = await callGitHub<{ number: number }>(user, "POST", "pulls", {
      ...{ title: "Route support to the new version of the model", head: "new-model-version", base: "main" },
      body: "Route file, and a manifest with the versioned deployment of it.",
    });
    timeline.note(
      `pull request #${pull.number} changes routing to chat--v2 (gpt-5-mini 2026-08-06); a third of the cases is held out`,
    );
    const tried = await check(first, gateCheck);
    timeline.note(`gate verdict: ${tried.conclusion} (${tried.output.title})`);
    const run = tried.external_id ?? "";
    const changes = await files.next([run]);
    const head = await copy.change(changes, "Name the run that speaks for it");
    const gate = await check(head, gateCheck);
    timeline.note(`gate verdict with the evidence named: ${gate.conclusion} (${gate.output.title})`);
    facts.gate = gate.conclusion;
    const comments = await callGitHub<{ body: string }[]>(user, "GET", `issues/${pull.number}/comments?per_page=100`);
    const merge = { ...files.first, ...changes };
    const { digest, releaseId } = await plannedRelease(merge);
    facts.planShown = comments.some(({ body }) => body.includes(`Plan \`${digest.slice(0, 12)}\``));
    if (gate.conclusion === "success") {
      await callGitHub(as("grace"), "POST", `pulls/${pull.number}/reviews`, { event: "APPROVE", commit_id: head });
      timeline.note("approved by grace");
      const merged = await callGitHub<{ sha: string }>(user, "PUT", `pulls/${pull.number}/merge`, { sha: head });
      timeline.note(`merged as ${merged.sha.slice(0, 7)}`);
      await playRelease(releaseId);
    }
  } catch (thrown) {
    if (signal.aborted || !(thrown instanceof StoryEnd)) throw thrown;
    timeline.note(thrown.message);
  } finally {
    await copy.remove();
    await traffic.stop();
  }
  facts.lost = traffic.lost().length;
  facts.asked = traffic.asked();
  facts.seconds = (Date.now() - started.getTime()) / 1000;
  const problems = problemsOf(facts);
  const steps = timeline.moments();
  const outcome = facts.view?.release.status ?? "not promoted";
  return { ok: problems.length === 0, outcome, steps, figures: figuresOf(steps), problems };

  async function playRelease(releaseId: string): Promise<void> {
    const promoted = await until(releaseId, ({ promotion }) => promotion?.outcome !== undefined);
    const { promotion, release } = promoted;
    if (promotion?.outcome !== "promoted")
      throw new StoryEnd(`not promoted: ${promotion?.reason ?? release.reason ?? "refused"}`);
    const moment = (what: string, says: RegExp) => timeline.note(what, momentOf(promotion, says));
    moment("deployed: chat--v2 is made beside what serves", /made beside what serves/);
    moment("smoke suites on the new deployment itself", /^smoke suites/);
    moment("flipped: the alias chat and the route support", /^verifying$/);
    moment(
      "verified by probe: a call was answered by the new version",
      /route|support.*answered|: a call was answered/,
    );
    const watched = await until(releaseId, ({ release: own }) => own.promotedAt !== undefined);
    timeline.note("watch begun", watched.release.promotedAt);
    const promotedAt = Date.parse(watched.release.promotedAt ?? "");
    const monitor = createAlertRules({
      house,
      tally: traffic.tally,
      deployment: "chat--v2",
      promotedAt,
      settleSeconds,
    });
    const watching = monitor.run(async (alert) => {
      facts.alerts.push(alert);
      timeline.note(`alert fired: ${alert.rule}, ${alert.text} (simulated; ${alert.status} ${alert.outcome})`);
    });
    try {
      if (fault !== "none") await inject(promotedAt);
      const over = await until(releaseId, ({ release: own, rollback }) =>
        fault === "none" ? own.status === "verified" || rollback?.stage === "closed" : rollback?.stage === "closed",
      );
      const { hotUntil } = over.release;
      if (fault === "none" && over.release.verifiedAt)
        timeline.note("watch over, the release is verified", over.release.verifiedAt);
      if (fault === "none" && hotUntil) timeline.note(`chat--v1 stays hot until ${hotUntil.slice(11, 19)} UTC`);
      if (over.rollback) noteRollback(over.rollback);
      await lookAtTheEnd(over);
    } finally {
      monitor.stop();
      await watching;
    }
  }

  /** A whole minute of it is what the rules look at, so it begins with one. */
  async function inject(promotedAt: number): Promise<void> {
    await sleep(Math.max(0, Math.ceil(promotedAt / minuteMs) * minuteMs - Date.now()), undefined, { signal });
    const injected = standInFault(fault, "chat--v2");
    const answer = await fetch(`${house.azure?.url}/_standin/faults`, {
      method: "POST",
      body: JSON.stringify(injected),
    });
    if (!answer.ok) throw new Error(`the stand-in refused the fault: ${await answer.text()}`);
    timeline.note(`fault injected into chat--v2: ${faultText[fault]}`);
  }

  function noteRollback(rollback: NonNullable<ReleaseView["rollback"]>): void {
    const moment = (what: string, says: RegExp) => timeline.note(what, momentOf(rollback, says));
    moment(`decision: roll back, asked for by the ${rollback.cause.kind}`, /^asked for/);
    moment(`flipped back to ${rollback.to}`, /^verifying$/);
    moment("verified back: read back, and a call was answered by the old version", /^rolledBack/);
  }

  function noteWayBack(standby: ReleaseView["release"]["standby"]): void {
    if (!standby?.wayBack || wayBack !== undefined) return;
    wayBack = standby.wayBack;
    timeline.note(`way back looked at, before it is needed: ${wayBack} can serve`, standby.lookedAt);
  }

  async function lookAtTheEnd(view: ReleaseView): Promise<void> {
    facts.view = view;
    const [issues, pulls, log] = await Promise.all([
      callGitHub<Made[]>(user, "GET", "issues?state=all&per_page=100"),
      callGitHub<Made[]>(user, "GET", "pulls?state=all&per_page=100"),
      house.notifications ? messagesOf(house.notifications.url) : [],
    ]);
    const issue = issues.find(({ title, pull_request }) => !pull_request && title.startsWith("Rolled back"));
    const revert = pulls.find(({ head }) => head?.ref.startsWith("assay/revert-"));
    facts.issue = issue?.html_url;
    facts.revert = revert?.html_url;
    facts.notified = log.filter(({ taken }) => taken).length;
    if (issue) timeline.note(`issue #${issue.number} opened`, new Date(issue.created_at).toISOString());
    if (revert)
      timeline.note(`revert pull request #${revert.number} opened`, new Date(revert.created_at).toISOString());
    const since = new Date();
    await sleep(2000, undefined, { signal });
    facts.servedAtTheEnd = traffic.servedSince(since);
    facts.routed = await traffic.routed();
    timeline.note(`customers are answered by ${Object.keys(facts.servedAtTheEnd).join(", ") || "nobody"}`);
  }

  async function until(releaseId: string, is: (view: ReleaseView) => boolean): Promise<ReleaseView> {
    const token = await house.issuer.tokenFor("reader");
    for (;;) {
      signal.throwIfAborted();
      const answer = await fetch(`${house.host.url}/api/releases/${releaseId}`, {
        headers: { authorization: `Bearer ${token}` },
      });
      const view = answer.ok ? ReleaseView.parse(await answer.json()) : undefined;
      if (view) facts.view = view;
      noteWayBack(view?.release.standby);
      if (view && is(view)) return view;
      if (Date.now() > deadline) throw new StoryEnd(`nothing more happened to ${releaseId} in time`);
      await sleep(300, undefined, { signal });
    }
  }
}

/** What ends the story before its end, and is a problem of it. */
class StoryEnd extends Error {}

interface Made {
  number: number;
  title: string;
  html_url: string;
  created_at: string;
  pull_request?: object;
  head?: { ref: string };
}

async function messagesOf(url: string): Promise<{ taken: boolean }[]> {
  return (await (await fetch(`${url}/_standin/log`)).json()) as { taken: boolean }[];
}
