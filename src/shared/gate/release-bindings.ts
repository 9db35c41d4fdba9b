import type { AiRepository } from "../repository/ai-repository.ts";
import { canonicalJson } from "../repository/digest.ts";
import type { PromptParameters } from "../repository/prompt.ts";
import type { ReleaseManifest } from "../repository/release.ts";
import type { ReleaseTarget } from "../repository/release-target.ts";
import type { Routing } from "../routing/target-steps.ts";

/** What the alias of a deployment stands for. */
export interface BoundDeployment {
  deployment: string;
  /** Of the model. */
  version: string;
  /** `gpt-4.1`; the deployment is not named like it. */
  modelName: string;
  parameters: PromptParameters;
}

/** By the alias, and by the versioned name that a route may write out. */
export type Bindings = ReadonlyMap<string, BoundDeployment>;

/** What aliases stand for at the base and at the head. */
export interface BindingStep {
  /** The release that says so, where it is not the one that serves; absent for the one that does. */
  release?: string;
  base: Bindings;
  head: Bindings;
}

type Served = Extract<ReleaseTarget, { kind: "deployment" | "inPlace" }>;

const stages = ["experiment", "staging", "prod"] as const;

/**
 * Under which releases a change is judged: those of the stage nearest to production, and each other one that it edits, which is
 * compared with itself at the base, or else with what serves there.
 */
export function bindingSteps(base: AiRepository | undefined, head: AiRepository): BindingStep[] {
  const serving = { base: servingBindings(base?.releases ?? []), head: new Map<string, BoundDeployment>() };
  const before = servedBefore(base?.releases ?? []);
  const nearest = nearestTargets(head.releases);
  // What the base made is there still, for a route that stays on it.
  for (const target of before.values()) addNamed(serving.head, target, boundAtBase(target));
  for (const { target } of nearest.values()) {
    const bound = boundAtHead(target, before.get(target.alias));
    serving.head.set(target.alias, bound);
    addNamed(serving.head, target, bound);
  }
  const others = head.releases.flatMap((release): BindingStep[] => {
    const was = base?.releases.find(({ name }) => name === release.name);
    const own = release.targets.filter(isServed).filter(({ alias }) => nearest.get(alias)?.release !== release);
    if (!base || was?.digest === release.digest || own.length === 0) return [];
    const ofBase = new Map(serving.base);
    const ofHead = new Map(serving.head);
    for (const target of own) {
      const same = was?.targets.filter(isServed).find(({ alias }) => alias === target.alias);
      if (same) ofBase.set(target.alias, boundAtBase(same));
      ofHead.set(target.alias, boundAtHead(target, same));
    }
    return [{ release: release.name, base: ofBase, head: ofHead }];
  });
  return [serving, ...others];
}

function nearestTargets(
  releases: readonly ReleaseManifest[],
): Map<string, { release: ReleaseManifest; target: Served }> {
  const nearest = new Map<string, { release: ReleaseManifest; target: Served }>();
  for (const stage of stages) {
    for (const release of releases.filter((own) => own.stage === stage))
      for (const target of release.targets.filter(isServed)) nearest.set(target.alias, { release, target });
  }
  return nearest;
}

function servedBefore(releases: readonly ReleaseManifest[]): Map<string, Served> {
  return new Map([...nearestTargets(releases)].map(([alias, { target }]) => [alias, target]));
}

function servingBindings(releases: readonly ReleaseManifest[]): Map<string, BoundDeployment> {
  const bindings = new Map([...servedBefore(releases)].map(([alias, target]) => [alias, boundAtBase(target)]));
  for (const target of servedBefore(releases).values()) addNamed(bindings, target, boundAtBase(target));
  return bindings;
}

/** Under its versioned name: `chat--v42`. */
function addNamed(bindings: Map<string, BoundDeployment>, target: Served, bound: BoundDeployment): void {
  if (target.kind === "deployment") bindings.set(target.to.deployment, bound);
}

function isServed(target: ReleaseTarget): target is Served {
  return target.kind === "deployment" || target.kind === "inPlace";
}

/** What the base names is there, under its own name. */
function boundAtBase(target: Served): BoundDeployment {
  const { version, name: modelName } = target.to.model;
  return target.kind === "deployment"
    ? { deployment: target.to.deployment, version, modelName, parameters: target.to.parameters }
    : { deployment: target.alias, version, modelName, parameters: {} };
}

/** What the head names anew may have to be made first: until then another deployment of that model answers for it. */
function boundAtHead(target: Served, before: Served | undefined): BoundDeployment {
  const bound = boundAtBase(target);
  if (before && canonicalJson(boundAtBase(before)) === canonicalJson(bound)) return bound;
  return { ...bound, deployment: target.to.evaluateOn ?? bound.deployment };
}

/** A routing with its aliases replaced by what they stand for; a target's own parameters win over its deployment's. */
export function bindRouting(routing: Routing, bindings: Bindings): Routing {
  const known = boundRoutings.get(bindings) ?? new WeakMap<Routing, Routing>();
  boundRoutings.set(bindings, known);
  const bound = known.get(routing) ?? bind(routing, bindings);
  known.set(routing, bound);
  return bound;
}

/** One object for one routing: comparing two of them is remembered by what they are. */
const boundRoutings = new WeakMap<Bindings, WeakMap<Routing, Routing>>();

function bind(routing: Routing, bindings: Bindings): Routing {
  const names = Object.entries(routing.targets);
  if (!names.some(([, { deployment }]) => bindings.has(deployment))) return routing;
  const targets = names.map(([name, target]) => {
    const bound = bindings.get(target.deployment);
    return [name, bound ? { ...target, ...bound, parameters: { ...bound.parameters, ...target.parameters } } : target];
  });
  return { ...routing, targets: Object.fromEntries(targets) };
}

/** Agents made of a prompt that a manifest sends to another deployment than at the base. */
export function agentMoves(
  base: AiRepository,
  head: AiRepository,
  prompt: string,
): { alias: string; from: string; to: string }[] {
  return head.releases.flatMap((release) =>
    release.targets.flatMap((target) => {
      if (target.kind !== "agent" || target.to.prompt !== prompt || target.to.deployment === undefined) return [];
      const was = base.releases
        .find(({ name }) => name === release.name)
        ?.targets.find(({ kind, alias }) => kind === "agent" && alias === target.alias);
      if (was?.kind !== "agent" || was.to.deployment === undefined) return [];
      return [{ alias: target.alias, from: was.to.deployment, to: target.to.deployment }];
    }),
  );
}
