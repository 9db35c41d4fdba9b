import { baselineCheck, gateCheck } from "../../shared/gate/check-names.ts";
import type { GateReport } from "../../shared/gate/report.ts";
import type { House } from "../house.ts";
import { type CheckRunView, callGitHub, type GitHubUser, waitForCheck } from "./github-user.ts";
import { cloneRepository } from "./working-copy.ts";

/** The stage that the story is played on. */
export interface GateStage {
  user: GitHubUser;
  author: string;
  /** With credentials, for `git clone` and `git push`. */
  gitRemote: string;
  promptPath: string;
  /** The evidence that a gate has stored; undefined where there is none for this commit. */
  reportOf(headSha: string): Promise<GateReport | undefined>;
}

/** In a house that runs. */
export function gateStageOf({ github, repository, author, reportOf }: House): GateStage {
  const name = `${repository.owner}/${repository.name}`;
  return {
    user: { restUrl: github.restUrl, token: github.tokenFor(author), repository: name },
    author,
    gitRemote: github.remoteFor(author, repository),
    promptPath: "prompts/support/support-assistant.prompt.md",
    reportOf,
  };
}

export interface StoryStep {
  what: string;
  sha: string;
  conclusion: string | null;
  title: string | null;
  seconds: number;
}

export interface StoryOutcome {
  ok: boolean;
  steps: StoryStep[];
  /** Signed changes of the first commit's metrics; negative is a loss. */
  changes: { metric: string; difference: number; verdict: string }[];
  /** What came out otherwise than the story has it. */
  problems: string[];
}

export interface GateStoryOptions {
  firstPrompt: string;
  secondPrompt: string;
  timeoutMs: number;
  /** Ends the story early; what it made on disk goes. */
  signal?: AbortSignal;
  tell(line: string): void;
}

/**
 * The first story of the brief: a pull request makes the assistant friendlier, helpfulness rises and groundedness falls, the
 * gate blocks; a grounding constraint is added, it passes and merges, and the merged commit becomes the baseline.
 */
export async function playGateStory(stage: GateStage, options: GateStoryOptions): Promise<StoryOutcome> {
  const { user, promptPath } = stage;
  const { tell, timeoutMs, signal } = options;
  const steps: StoryStep[] = [];

  async function settled(what: string, sha: string, check: string): Promise<CheckRunView> {
    const started = performance.now();
    tell(`${what} (${sha.slice(0, 7)})`);
    const run = await waitForCheck(user, sha, check, {
      timeoutMs,
      signal,
      progress: (title) => tell(`  ${check}: ${title}`),
    });
    const seconds = Math.round((performance.now() - started) / 100) / 10;
    steps.push({ what, sha, conclusion: run.conclusion, title: run.output.title, seconds });
    tell(`  ${run.conclusion} after ${seconds} s`);
    return run;
  }

  const main = await callGitHub<{ object: { sha: string } }>(user, "GET", "git/ref/heads/main");
  await settled("The default branch gets its baseline", main.object.sha, baselineCheck);
  const copy = await cloneRepository(stage.gitRemote, stage.author);
  try {
    await copy.branch("friendlier-assistant");
    const first = await copy.commit(promptPath, options.firstPrompt, "Make the assistant friendlier");
    const pull = await callGitHub<{ number: number }>(user, "POST", "pulls", {
      title: "Make the assistant friendlier",
      head: "friendlier-assistant",
      base: "main",
      body: "Customers find the assistant curt.",
    });
    const blocked = await settled(`Pull request #${pull.number} makes the assistant friendlier`, first, gateCheck);
    const changes = changesOf(await stage.reportOf(first));
    for (const { metric, difference } of changes.filter(isQuality)) {
      tell(`  ${metric} ${difference < 0 ? "fell" : "rose"} ${Math.abs(100 * difference).toFixed(1)} points`);
    }
    const second = await copy.commit(promptPath, options.secondPrompt, "Keep answers to the documentation");
    const passed = await settled("A second commit adds a grounding constraint", second, gateCheck);
    let baseline: CheckRunView | undefined;
    if (passed.conclusion === "success") {
      const merged = await callGitHub<{ sha: string }>(user, "PUT", `pulls/${pull.number}/merge`, { sha: second });
      baseline = await settled("It is merged, and the merged commit becomes the baseline", merged.sha, baselineCheck);
    }
    const problems = problemsOf(blocked, changes, passed, baseline);
    return { ok: problems.length === 0, steps, changes, problems };
  } finally {
    await copy.remove();
  }
}

function changesOf(report: GateReport | undefined): StoryOutcome["changes"] {
  const [judged] = report?.comparisons ?? [];
  return (judged?.verdict.metrics ?? []).flatMap(({ name, comparison, verdict }) =>
    comparison ? [{ metric: name, difference: comparison.difference, verdict }] : [],
  );
}

function isQuality({ metric, difference }: StoryOutcome["changes"][number]): boolean {
  return difference !== 0 && !/latency|cost|tokens/.test(metric);
}

function problemsOf(
  blocked: CheckRunView,
  changes: StoryOutcome["changes"],
  passed: CheckRunView,
  baseline: CheckRunView | undefined,
): string[] {
  const problems: string[] = [];
  const expect = (holds: boolean, problem: string) => {
    if (!holds) problems.push(problem);
  };
  expect(blocked.conclusion === "failure", `the friendlier prompt was not blocked: ${blocked.conclusion}`);
  expect(
    changes.some(
      ({ metric, difference, verdict }) => metric.includes("groundedness") && difference < 0 && verdict === "regressed",
    ),
    "groundedness did not fall below what is allowed",
  );
  const risen = changes.filter(
    (change) => isQuality(change) && !change.metric.includes("groundedness") && change.difference > 0,
  );
  expect(
    risen.length >= 2,
    `fewer than two helpfulness metrics rose: ${risen.map(({ metric }) => metric).join(", ") || "none"}`,
  );
  expect(passed.conclusion === "success", `the grounded prompt did not pass: ${passed.conclusion}`);
  expect(baseline?.conclusion === "success", `no baseline was recorded: ${baseline?.conclusion ?? "not merged"}`);
  return problems;
}
