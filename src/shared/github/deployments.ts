import type { MirroredRelease, StageMirror } from "../releases/tell/ports.ts";
import { calling, type GitHubClient, once } from "./client.ts";

interface DeploymentPayload {
  id: number | bigint;
  payload: unknown;
}

/** GitHub's environments show which release each stage serves. */
export function createStageMirror(
  client: GitHubClient,
  owner: string,
  repo: string,
  { appId, webUrl }: { appId: number; webUrl: string },
): StageMirror {
  const at = { owner, repo };
  const mirrored = ({ id, payload }: DeploymentPayload, stage: string): MirroredRelease => ({
    id: Number(id),
    releaseId: releaseOf(payload),
    link: `${webUrl}/${owner}/${repo}/deployments/${encodeURIComponent(stage)}`,
  });
  return {
    find: (commit, stage) =>
      calling(`list deployments of ${commit}`, async () => {
        const { data } = await client.request("GET /repos/{owner}/{repo}/deployments", {
          ...{ ...at, sha: commit, environment: stage, per_page: 100 },
        });
        return data
          .filter(({ performed_via_github_app: app }) => Number(app?.id) === appId)
          .map((deployment) => mirrored(deployment, stage))
          .sort((a, b) => b.id - a.id);
      }),
    create: ({ releaseId, commit, stage, description }) =>
      calling(`enter a deployment of ${commit}`, async () => {
        const { data } = await client.request("POST /repos/{owner}/{repo}/deployments", {
          ...{ ...at, ref: commit, environment: stage, description, payload: { release: releaseId } },
          // The release is out already: GitHub is told, it does not decide.
          ...{ auto_merge: false, required_contexts: [] as string[], production_environment: stage === "prod" },
          ...once,
        });
        if (!("id" in data)) throw new Error(`GitHub entered no deployment: ${data.message ?? "no reason given"}`);
        return mirrored(data, stage);
      }),
    statuses: (id) =>
      calling(`list the statuses of deployment ${id}`, async () => {
        const route = "GET /repos/{owner}/{repo}/deployments/{deployment_id}/statuses";
        const { data } = await client.request(route, { ...at, deployment_id: id, per_page: 100 });
        return data.map(({ state, description }) => ({ status: state, description }));
      }),
    report: (id, { status, stage, description, link }) =>
      calling(`report the status of deployment ${id}`, async () => {
        await client.request("POST /repos/{owner}/{repo}/deployments/{deployment_id}/statuses", {
          ...{ ...at, deployment_id: id, state: status, environment: stage, description, auto_inactive: false },
          ...(link === undefined ? {} : { log_url: link }),
          ...once,
        });
      }),
  };
}

/** GitHub gives a payload back as it came, or as its JSON. */
function releaseOf(payload: unknown): string {
  const value = typeof payload === "string" ? jsonOf(payload) : payload;
  return typeof value === "object" && value !== null && "release" in value ? String(value.release) : "";
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
