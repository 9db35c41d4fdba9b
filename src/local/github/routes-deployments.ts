import { resolve } from "./git.ts";
import { appPayload, userPayload } from "./payloads.ts";
import { senderOf } from "./ref-updates.ts";
import { type Call, HttpError, ok, optional, page, required, route } from "./router.ts";
import type { DeploymentRecord, DeploymentStatusRecord } from "./state.ts";

const states = ["error", "failure", "inactive", "in_progress", "queued", "pending", "success"];
/** Characters of a status' description [OpenAPI repos/create-deployment-status]. */
const mostDescription = 140;

function addressOf({ state, repository }: Call): string {
  return `${state.url}${state.prefix}/repos/${repository.owner}/${repository.name}`;
}

function deploymentPayload(call: Call, deployment: DeploymentRecord) {
  const repository = addressOf(call);
  const url = `${repository}/deployments/${deployment.id}`;
  const { id, ref, sha, environment, production, description, payload, creator, appId, createdAt } = deployment;
  return {
    ...{ id, node_id: `DE_${id}`, ref, sha, task: "deploy", environment, description, payload },
    ...{ original_environment: environment, transient_environment: false, production_environment: production },
    creator: userPayload(call.state, creator),
    ...{ url, statuses_url: `${url}/statuses`, repository_url: repository },
    ...{ created_at: createdAt, updated_at: deployment.statuses.at(-1)?.createdAt ?? createdAt },
    performed_via_github_app: appId === null ? null : appPayload(call.state),
  };
}

function statusPayload(call: Call, deployment: DeploymentRecord, status: DeploymentStatusRecord) {
  const repository = addressOf(call);
  const url = `${repository}/deployments/${deployment.id}`;
  const { id, state, description, environment, logUrl, creator, appId, createdAt } = status;
  return {
    ...{ id, node_id: `DES_${id}`, state, description, environment },
    creator: userPayload(call.state, creator),
    // GitHub has empty texts where nothing was given; its description wants addresses.
    ...(logUrl === "" ? { target_url: url } : { target_url: logUrl, log_url: logUrl }),
    ...{ url: `${url}/statuses/${id}`, deployment_url: url, repository_url: repository },
    ...{ created_at: createdAt, updated_at: createdAt },
    performed_via_github_app: appId === null ? null : appPayload(call.state),
  };
}

function deploymentOf(call: Call): DeploymentRecord {
  const found = call.repository.deployments.find(({ id }) => id === Number(call.params.deployment_id));
  if (!found) throw new HttpError(404, "Not Found");
  return found;
}

export const deploymentRoutes = [
  route(
    "GET",
    "/repos/{owner}/{repo}/deployments",
    (call) => {
      const [sha, ref, environment] = ["sha", "ref", "environment"].map((name) => call.query.get(name));
      const found = call.repository.deployments.filter(
        (one) =>
          (!sha || one.sha === sha) && (!ref || one.ref === ref) && (!environment || one.environment === environment),
      );
      return page(
        call,
        found.reverse().map((one) => deploymentPayload(call, one)),
      );
    },
    "deployments:read",
  ),

  route(
    "POST",
    "/repos/{owner}/{repo}/deployments",
    async (call) => {
      const { state, repository, actor, body } = call;
      const ref = required(call, "ref");
      const sha = await resolve(repository.dir, `${ref}^{commit}`);
      if (!sha) throw new HttpError(422, `No ref found for: ${ref}`);
      const deployment: DeploymentRecord = {
        id: state.nextId(),
        ...{ ref, sha, environment: optional(call, "environment") ?? "production" },
        production: body.production_environment === true,
        description: optional(call, "description") ?? null,
        payload: body.payload ?? "",
        creator: senderOf(state, repository, actor),
        appId: actor.kind === "installation" ? state.app.id : null,
        createdAt: state.now().toISOString(),
        statuses: [],
      };
      repository.deployments.push(deployment);
      return ok(deploymentPayload(call, deployment), 201);
    },
    "deployments:write",
  ),

  route(
    "GET",
    "/repos/{owner}/{repo}/deployments/{deployment_id}/statuses",
    (call) => {
      const deployment = deploymentOf(call);
      const newest = [...deployment.statuses].reverse();
      return page(
        call,
        newest.map((status) => statusPayload(call, deployment, status)),
      );
    },
    "deployments:read",
  ),

  route(
    "POST",
    "/repos/{owner}/{repo}/deployments/{deployment_id}/statuses",
    (call) => {
      const deployment = deploymentOf(call);
      const state = required(call, "state");
      const description = optional(call, "description") ?? "";
      if (!states.includes(state) || description.length > mostDescription)
        throw new HttpError(422, "Validation Failed", {
          errors: [`state is one of ${states.join(", ")}, description has ${mostDescription} characters at most`],
        });
      const status: DeploymentStatusRecord = {
        ...{ id: call.state.nextId(), state, description },
        environment: optional(call, "environment") ?? deployment.environment,
        logUrl: optional(call, "log_url") ?? "",
        creator: senderOf(call.state, call.repository, call.actor),
        appId: call.actor.kind === "installation" ? call.state.app.id : null,
        createdAt: call.state.now().toISOString(),
      };
      deployment.statuses.push(status);
      return ok(statusPayload(call, deployment, status), 201);
    },
    "deployments:write",
  ),
];
