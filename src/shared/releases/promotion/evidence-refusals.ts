import type { ReleaseTarget } from "../../repository/release-target.ts";
import { isMade, type MadeTarget, namesOf } from "./made-target.ts";
import type { EvidenceOn, EvidenceRun, PromotionFacts, Refusal } from "./promotion.ts";
import { ranOnName, ranOnTarget } from "./ran-on.ts";

/** Only runs that passed count, and only for what they ran: every prompt that ships, on every model of the release that it can come to. */
export function evidenceRefusals({ release, plan, base, reaches, evidence }: PromotionFacts): Refusal[] {
  const named = [...new Set(release.evidence.runs)];
  const again = "Run the suites on what ships, and name that run under `evidence.runs`.";
  if (named.length === 0)
    return [{ code: "noEvidence", reason: `${release.path} names no eval run that speaks for it.`, mend: again }];
  const runs = named.map((runId) => ({ runId, run: evidence.find((one) => one.runId === runId) }));
  const bad = runs.flatMap(({ runId, run }): Refusal[] => {
    if (!run) return [{ code: "noEvidence", reason: `No run \`${runId}\` is kept.`, mend: again }];
    if (run.verdict === "pass") return [];
    const reason = `The run \`${runId}\` is ${said[run.verdict]}, and only a pass counts.`;
    return [{ code: "evidenceNotPassed", reason, mend: again }];
  });
  const passed = runs.flatMap(({ run }) => (run?.verdict === "pass" ? run.ran : []));
  const facts: Proven = { release, plan, reaches, passed, ...(base ? { base } : {}) };
  const unproven = [...unprovenPrompts(facts), ...unprovenTargets(facts), ...unprovenAgents(facts)];
  const other = unproven.map(
    (what): Refusal => ({ code: "evidenceOfOther", reason: `No run that passed was made on ${what}.`, mend: again }),
  );
  return [...bad, ...agentsWithoutPrompt(facts), ...other];
}

type Proven = Pick<PromotionFacts, "release" | "plan" | "base" | "reaches"> & { passed: readonly EvidenceOn[] };

/** What serves it already is no news. */
function isNews({ plan }: Proven, { id }: ReleaseTarget): boolean {
  return !plan.steps.some((step) => step.target.id === id && step.unchanged);
}

/** Together with each deployment of the release that it can come to, where either of them is new; and at all. */
function unprovenPrompts(facts: Proven): string[] {
  const { release, base, passed } = facts;
  return release.prompts.flatMap(({ name, digest }): string[] => {
    const what = `the prompt \`${name}\` as it ships (${digest.slice(0, 12)})`;
    const own = passed.filter((ran) => ran.promptDigest === digest);
    const served = base?.prompts.some((prompt) => prompt.name === name && prompt.digest === digest) ?? false;
    const pairs = reachedTargets(facts, name).filter((target) => !served || isNews(facts, target));
    const suites = suitesFor(facts, name);
    if (pairs.length === 0) return lacking(what, own, served ? [] : suites);
    return pairs.flatMap((target) => {
      const proofs = own.filter((ran) => ranOnTarget(ran, target));
      return lacking(`${what} on ${textOf(target)}`, proofs, suites);
    });
  });
}

function suitesFor({ reaches }: Proven, prompt: string): string[] {
  return reaches.find((reach) => reach.prompt.name === prompt)?.suites ?? [];
}

/** One suite that passed says nothing of what the others would find. */
function lacking(what: string, proofs: readonly EvidenceOn[], suites: readonly string[]): string[] {
  if (proofs.length === 0) return [what];
  const missing = suites.filter((name) => !proofs.some(({ suite = name }) => suite === name));
  if (missing.length === 0) return [];
  const names = missing.slice(0, 8).map((name) => `\`${name}\``);
  return [`${what} by ${missing.length === 1 ? "the suite" : "the suites"} ${names.join(", ")}`];
}

function reachedTargets({ release, reaches }: Proven, prompt: string): MadeTarget[] {
  const deployments = reaches.filter((reach) => reach.prompt.name === prompt).flatMap((reach) => reach.deployments);
  return release.targets.filter(isMade).filter((target) => namesOf(target).some((name) => deployments.includes(name)));
}

/** Deployments that no prompt of the release comes to: what ran there says enough, whichever prompt it was. */
function unprovenTargets(facts: Proven): string[] {
  const { release, passed } = facts;
  const paired = release.prompts.flatMap(({ name }) => reachedTargets(facts, name));
  return release.targets
    .filter(isMade)
    .filter((target) => !paired.includes(target) && isNews(facts, target))
    .filter((target) => !passed.some((ran) => ranOnTarget(ran, target)))
    .map(textOf);
}

function textOf(target: MadeTarget): string {
  return `\`${namesOf(target)[0]}\` with ${target.to.model.name} ${target.to.model.version}`;
}

/** The gate calls no agent: the prompt that a version was made of speaks for it, on the deployment that it calls. */
function unprovenAgents(facts: Proven): string[] {
  const { release, reaches, passed } = facts;
  return newAgents(facts).flatMap(({ alias, to: { version, prompt, deployment } }): string[] => {
    if (prompt === undefined) return [];
    const digest = reaches.find((reach) => reach.prompt.name === prompt)?.prompt.contentDigest;
    const made = release.targets.filter(isMade).find((own) => deployment && namesOf(own).includes(deployment));
    const isProof = (ran: EvidenceOn) =>
      digest !== undefined &&
      ran.promptDigest === digest &&
      (deployment === undefined || (made ? ranOnTarget(ran, made) : ranOnName(ran, deployment)));
    const where = made ? ` on ${textOf(made)}` : deployment === undefined ? "" : ` on \`${deployment}\``;
    const what = `the agent \`${alias}\` in its version ${version}: its prompt \`${prompt}\`${where}`;
    return lacking(what, passed.filter(isProof), suitesFor(facts, prompt));
  });
}

function newAgents(facts: Proven) {
  return facts.release.targets.filter((target) => target.kind === "agent").filter((target) => isNews(facts, target));
}

function agentsWithoutPrompt(facts: Proven): Refusal[] {
  return newAgents(facts)
    .filter(({ to }) => to.prompt === undefined)
    .map(({ alias, to: { version } }) => ({
      code: "evidenceOfOther",
      reason: `The agent \`${alias}\` names no prompt, so that no run speaks for its version ${version}.`,
      mend: "Name the `prompt` that it was made of and the `deployment` that it calls, and the run that they passed.",
    }));
}

const said: Record<Exclude<EvidenceRun["verdict"], "pass">, string> = {
  regressed: "a regression",
  inconclusive: "inconclusive",
  notEvaluated: "not evaluated",
};
