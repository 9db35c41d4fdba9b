import { createFinding, type Finding } from "../repository/finding.ts";
import type { PlannedRun } from "./plan.ts";
import type { SideFigures } from "./report.ts";
import { listed } from "./units.ts";

type Asked = Pick<SideFigures, "deployment" | "modelVersion" | "answeredBy">;

/** As a sample without the response's `model` is counted. */
export const notSaid = "(not said)";

/**
 * Models that answered and say otherwise than the pinned version. A response that names the deployment alone says no
 * version; a version of a digit or two ("5", as the Foundry catalogue counts) is no part of a model's name.
 */
export function otherModels({ deployment, modelVersion, answeredBy }: Asked): string[] {
  if (modelVersion === undefined || /^\d{1,3}$/.test(modelVersion)) return [];
  const plain = (name: string) => name.toLowerCase();
  return Object.keys(answeredBy)
    .filter((model) => model !== notSaid && plain(model) !== plain(deployment))
    .filter((model) => !plain(model).includes(plain(modelVersion)));
}

/** Nothing of a request pins a version: what answered is only known from the answers. */
export function answeringModelFindings(runs: readonly PlannedRun[], figures: readonly SideFigures[]): Finding[] {
  const found = figures.flatMap((own) => {
    const others = own.side === "head" ? otherModels(own) : [];
    const run = runs.find(({ side, suite, prompt }) => side === "head" && suite === own.suite && prompt === own.prompt);
    if (others.length === 0 || !run?.modelAt) return [];
    const { deployment, modelVersion } = own;
    const named = listed(
      others.map((model) => `\`${model.replaceAll("`", "'").slice(0, 120)}\``),
      4,
    );
    const message = `${named} answered, not the \`${deployment}@${modelVersion}\` that the prompt asks for: the figures are that model's.`;
    return [createFinding("prompt/other-model", run.modelAt, message)];
  });
  const distinct = new Map(found.map((finding) => [JSON.stringify(finding), finding]));
  return [...distinct.values()];
}
