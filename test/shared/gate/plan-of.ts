import { buildPlan } from "../../../src/shared/gate/build-plan.ts";
import { readFiles } from "../repository/memory-repository.ts";

export const planningGate = {
  gateId: "g",
  kind: "pull",
  repositoryId: 1,
  repository: "a/b",
  headSha: "4ead",
  baseSha: "ba5e",
  stage: "planning",
  createdAt: "2026-11-21T08:00:00.000Z",
  deadline: "",
} as const;

export const prompt = "prompts/hello.prompt.md";

/** Of a pull request that brings one repository to the other. */
export async function planOf(base: Record<string, string>, head: Record<string, string>) {
  const changed = Object.keys({ ...base, ...head }).filter((path) => base[path] !== head[path]);
  return buildPlan(planningGate, { base: await readFiles(base), head: await readFiles(head), changed });
}
