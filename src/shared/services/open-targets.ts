import type { Clock } from "../clock.ts";
import type { AgentPorts } from "../releases/agent-target.ts";
import type { ProbePorts } from "../releases/probe-deployment.ts";
import type { OpenTargets } from "../releases/target-port.ts";
import type { Tables } from "../storage/tables.ts";

type Document = (repositoryId: number, digest: string) => Promise<string | undefined>;

/** Everything that a release can point somewhere else. */
export async function openTargets({
  agents,
  deployments,
  call,
  tables,
  documents,
  clock,
}: AgentPorts &
  ProbePorts & {
    tables: Tables;
    documents: { route: Document; prompt: Document };
    clock: Clock;
  }): Promise<OpenTargets> {
  const { createAgentTarget } = await import("../releases/agent-target.ts");
  const { createDeploymentTarget } = await import("../releases/deployment-target.ts");
  const { createInPlaceTarget } = await import("../releases/in-place-target.ts");
  const { createPromptTarget, createRouteTarget } = await import("../releases/document-target.ts");
  const { createDeploymentAliases, createPromptAliases, createRouteAliases } = await import(
    "../storage/alias-records.ts"
  );
  const aliases = createDeploymentAliases(tables);
  const routes = createRouteAliases(tables);
  const prompts = createPromptAliases(tables);
  return async (repository) => ({
    agent: createAgentTarget({ agents }),
    deployment: createDeploymentTarget({ deployments, call, aliases, repository, clock }),
    inPlace: createInPlaceTarget({ deployments, call }),
    route: createRouteTarget({ records: routes, document: documents.route, repository, clock }),
    prompt: createPromptTarget({ records: prompts, document: documents.prompt, repository, clock }),
  });
}
