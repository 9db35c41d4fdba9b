import type { AiRepository } from "../repository/ai-repository.ts";
import { digestOf } from "../repository/digest.ts";
import type { Prompt } from "../repository/prompt.ts";
import {
  type CalledTarget,
  type Routing,
  routingOfModel,
  type TargetStep,
  targetSteps,
} from "../routing/target-steps.ts";
import type { Pair } from "./affected.ts";

/**
 * A pair for each target that the prompt's traffic can reach at the head, with the target that the same traffic reaches at the
 * base. A prompt that names its model is one pair; so is one whose route is missing, which is a finding.
 */
export function subjectPairs(pair: Pair, base: AiRepository | undefined, head: AiRepository, stepsOf: StepsOf): Pair[] {
  const prompts = [pair.base.prompt, pair.head.prompt];
  if (!pair.head.prompt || prompts.every((prompt) => prompt?.route === undefined)) return [pair];
  const before = pair.base.prompt && base ? routingOf(pair.base.prompt, base) : undefined;
  const after = routingOf(pair.head.prompt, head);
  // A route that the change takes away is a finding, for which the prompt has to count as touched.
  if (!after) return [before ? { ...pair, base: withoutPrompt(pair.base) } : pair];
  return stepsOf(before, after).map((step) => ({
    ...pair,
    subject: subjectName(pair.promptName, step, pair.head.prompt?.route !== undefined),
    base: { ...withoutPrompt(pair.base), ...boundPrompt(pair.base.prompt, step.base) },
    head: { ...withoutPrompt(pair.head), ...boundPrompt(pair.head.prompt, step.head) },
  }));
}

type StepsOf = (base: Routing | undefined, head: Routing) => TargetStep[];

/** A route of a hundred rules takes a second to compare: once, however many prompts and suites it has. */
export function rememberedSteps(): StepsOf {
  const known = new Map<Routing, Map<Routing | undefined, TargetStep[]>>();
  return (base, head) => {
    const ofHead = known.get(head) ?? new Map<Routing | undefined, TargetStep[]>();
    known.set(head, ofHead);
    const steps = ofHead.get(base) ?? targetSteps(base, head);
    ofHead.set(base, steps);
    return steps;
  };
}

function routingOf(prompt: Prompt, { routes }: AiRepository): Routing | undefined {
  if (prompt.route === undefined) return prompt.model ? routingOfModel(prompt.model) : undefined;
  return routes.find(({ name }) => name === prompt.route);
}

function withoutPrompt({ suite }: Pair["head"]): Pair["head"] {
  return suite ? { suite } : {};
}

/** A routed prompt as it is sent to a target: the target's parameters win over the prompt's own. */
function boundPrompt(prompt: Prompt | undefined, target: CalledTarget | undefined): { prompt?: Prompt } {
  if (!prompt || !target) return {};
  const { deployment, version, parameters } = target;
  const model = { deployment, ...(version === undefined ? {} : { version }) };
  if (prompt.route === undefined) return { prompt };
  const contentDigest = digestOf({ prompt: prompt.contentDigest, model, parameters });
  return { prompt: { ...prompt, model, parameters: { ...prompt.parameters, ...parameters }, contentDigest } };
}

/** `helper@mini` where the traffic stays, `helper@mini→large` where it moves: unique for each step of a prompt. */
function subjectName(
  prompt: string,
  { base, head }: { base?: CalledTarget; head: CalledTarget },
  isRouted: boolean,
): string {
  if (!base || base.name === head.name) return isRouted ? `${prompt}@${head.name}` : prompt;
  return `${prompt}@${base.name}→${head.name}`;
}
