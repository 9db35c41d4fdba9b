import * as z from "zod";
import type { HeldAgent } from "../arm/state.ts";

const Rule = z.object({
  type: z.literal("FixedRatio"),
  agent_version: z.string(),
  traffic_percentage: z.number().min(0).max(100),
});
export const Endpoint = z.looseObject({
  version_selector: z.object({ version_selection_rules: z.array(Rule).min(1) }).optional(),
});

/** Why the service would refuse these rules; undefined: it takes them. */
export function selectorProblem(agent: HeldAgent, endpoint: unknown): string | undefined {
  const parsed = Endpoint.safeParse(endpoint);
  if (!parsed.success) return parsed.error.message;
  const rules = parsed.data.version_selector?.version_selection_rules;
  if (!rules) return undefined;
  const sum = rules.reduce((all, rule) => all + rule.traffic_percentage, 0);
  if (sum !== 100) return `The traffic percentages must sum to 100, not ${sum}.`;
  for (const { agent_version: name } of rules) {
    const version = agent.versions.find((one) => one.version === name);
    if (name === "@latest") continue;
    if (!version) return `Version '${name}' of agent '${agent.name}' does not exist.`;
    if (version.status !== "active" || version.draft)
      return `Version '${name}' of agent '${agent.name}' is not active.`;
  }
  return undefined;
}

/** RFC 7396: null removes, an array replaces wholesale. */
export function mergePatch(value: unknown, patch: unknown): unknown {
  if (!isObject(patch)) return patch;
  const merged: Record<string, unknown> = isObject(value) ? { ...value } : {};
  for (const [name, change] of Object.entries(patch)) {
    if (change === null) delete merged[name];
    else merged[name] = mergePatch(merged[name], change);
  }
  return merged;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The version that the agent's next call meets: by the selector, or else the latest; calls spread evenly by its shares. */
export function servingVersion(agent: HeldAgent): HeldAgent["versions"][number] | undefined {
  const latest = agent.versions.findLast(({ draft }) => !draft);
  const selector = Endpoint.safeParse(agent.endpoint).data?.version_selector;
  if (!selector) return latest;
  // Steps of 37, which shares no factor with 100, meet every hundredth once in a hundred calls.
  let place = (agent.calls * 37) % 100;
  for (const { agent_version: name, traffic_percentage: share } of selector.version_selection_rules) {
    if (place < share) return name === "@latest" ? latest : agent.versions.find(({ version }) => version === name);
    place -= share;
  }
  return undefined;
}
