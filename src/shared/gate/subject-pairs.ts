import type { AiRepository } from "../repository/ai-repository.ts";
import { canonicalJson, digestOf } from "../repository/digest.ts";
import type { Prompt } from "../repository/prompt.ts";
import {
  type CalledTarget,
  type Routing,
  routingOfModel,
  type TargetStep,
  targetSteps,
} from "../routing/target-steps.ts";
import type { Pair } from "./affected.ts";
import { agentMoves, type BindingStep, type Bindings, bindRouting } from "./release-bindings.ts";

/** What a change is seen through: its two sides, and what aliases stand for on each. */
export interface Subjects {
  base: AiRepository | undefined;
  head: AiRepository;
  bindings: readonly BindingStep[];
  stepsOf: StepsOf;
}

/**
 * A pair for each target that the prompt's traffic can reach at the head, with the target that the same traffic reaches at the
 * base. A prompt that names its model is one pair; so is one whose route is missing, which is a finding. A release that the
 * change edits, and that is not the one that serves, adds pairs where it sends requests elsewhere than before.
 */
export function subjectPairs(pair: Pair, subjects: Subjects): Pair[] {
  const [serving, ...edited] = subjects.bindings;
  const own = pairsUnder(pair, serving, subjects);
  const seen = new Set(own.map(callsOf));
  const more = [...edited.flatMap((step) => pairsUnder(pair, step, subjects)), ...agentPairs(pair, subjects)].filter(
    (one) => modelOf(one.base.prompt) !== modelOf(one.head.prompt) && !seen.has(callsOf(one)) && seen.add(callsOf(one)),
  );
  return [...own, ...more];
}

function pairsUnder(pair: Pair, step: BindingStep | undefined, { base, head, stepsOf }: Subjects): Pair[] {
  const prompts = [pair.base.prompt, pair.head.prompt];
  const isBound = [step?.base, step?.head].some((all) =>
    prompts.some((prompt) => prompt?.model !== undefined && all?.has(prompt.model.deployment)),
  );
  if (!pair.head.prompt || (!isBound && prompts.every((prompt) => prompt?.route === undefined))) return [pair];
  const before = pair.base.prompt && base ? routingOf(pair.base.prompt, base, step?.base) : undefined;
  const after = routingOf(pair.head.prompt, head, step?.head);
  // A route that the change takes away is a finding, for which the prompt has to count as touched.
  if (!after) return [before ? { ...pair, base: withoutPrompt(pair.base) } : pair];
  const under = step?.release === undefined ? "" : ` (${step.release})`;
  return stepsOf(before, after).map((calls) => ({
    ...pair,
    subject: `${subjectName(pair.promptName, calls, pair.head.prompt?.route !== undefined)}${under}`,
    base: { ...withoutPrompt(pair.base), ...boundPrompt(pair.base.prompt, calls.base) },
    head: { ...withoutPrompt(pair.head), ...boundPrompt(pair.head.prompt, calls.head) },
  }));
}

/** A prompt behind an agent that goes to another deployment, whatever the prompt itself names. */
function agentPairs(pair: Pair, { base, head, bindings: [serving] }: Subjects): Pair[] {
  const prompt = pair.head.prompt;
  if (!base || !serving || !prompt) return [];
  return agentMoves(base, head, pair.promptName).map(({ alias, from, to }) => ({
    ...pair,
    subject: `${pair.promptName} (agent ${alias})`,
    base: { ...withoutPrompt(pair.base), ...boundPrompt(pair.base.prompt, calledBy(alias, from, serving.base)) },
    head: { ...withoutPrompt(pair.head), ...boundPrompt(prompt, calledBy(alias, to, serving.head)) },
  }));
}

function calledBy(name: string, deployment: string, bindings: Bindings): CalledTarget {
  const bound = bindings.get(deployment) ?? [...bindings.values()].find((own) => own.deployment === deployment);
  return { name, parameters: {}, deployment, ...bound };
}

/** What a pair calls on both sides. */
function callsOf({ base, head }: Pair): string {
  return JSON.stringify([modelOf(base.prompt), modelOf(head.prompt)]);
}

function modelOf(prompt: Prompt | undefined): string {
  return canonicalJson([prompt?.model, prompt?.parameters]);
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

function routingOf(prompt: Prompt, { routes }: AiRepository, bindings: Bindings = new Map()): Routing | undefined {
  const written =
    prompt.route === undefined
      ? prompt.model && routingOfModel(prompt.model)
      : routes.find(({ name }) => name === prompt.route);
  return written && bindRouting(written, bindings);
}

function withoutPrompt({ suite }: Pair["head"]): Pair["head"] {
  return suite ? { suite } : {};
}

/** A prompt as it is sent to a target: the target's parameters win over the prompt's own. */
function boundPrompt(prompt: Prompt | undefined, target: CalledTarget | undefined): { prompt?: Prompt } {
  if (!prompt || !target) return {};
  const { deployment, version, modelName, model: declared, parameters } = target;
  const model = {
    deployment,
    ...(version === undefined ? {} : { version }),
    ...(modelName === undefined ? {} : { name: modelName }),
  };
  const isOwn = modelName === undefined && deployment === prompt.model?.deployment;
  if (prompt.route === undefined && isOwn) return { prompt };
  const contentDigest = digestOf({ prompt: prompt.contentDigest, model, parameters });
  const priced = declared === undefined ? model : { ...model, declared };
  return { prompt: { ...prompt, model: priced, parameters: { ...prompt.parameters, ...parameters }, contentDigest } };
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
