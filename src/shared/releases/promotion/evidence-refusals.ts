import type { EvidenceRun, PromotionFacts, Refusal } from "./promotion.ts";

/** Only runs that passed count, and only for what they ran: every prompt that ships, and every model. */
export function evidenceRefusals({ release, plan, evidence }: PromotionFacts): Refusal[] {
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
  const unproven = [
    ...release.prompts
      .filter(({ digest }) => !passed.some((own) => own.promptDigest === digest))
      .map(({ name, digest }) => `the prompt \`${name}\` as it ships (${digest.slice(0, 12)})`),
    ...release.targets.flatMap((target) => {
      if (target.kind !== "deployment" && target.kind !== "inPlace") return [];
      // What serves it already is no news.
      if (plan.steps.some((step) => step.target.id === target.id && step.unchanged)) return [];
      const { model, evaluateOn } = target.to;
      const names = [target.kind === "deployment" ? target.to.deployment : target.alias, evaluateOn];
      const ran = passed.some((own) => names.includes(own.deployment) && own.modelVersion === model.version);
      return ran ? [] : [`\`${names[0]}\` with ${model.name} ${model.version}`];
    }),
  ];
  const other = unproven.map(
    (what): Refusal => ({ code: "evidenceOfOther", reason: `No run that passed was made on ${what}.`, mend: again }),
  );
  return [...bad, ...other];
}

const said: Record<Exclude<EvidenceRun["verdict"], "pass">, string> = {
  regressed: "a regression",
  inconclusive: "inconclusive",
  notEvaluated: "not evaluated",
};
