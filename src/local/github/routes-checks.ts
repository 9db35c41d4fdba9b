import { checkRunPayload, checkSuitePayload } from "./check-payloads.ts";
import { resolve } from "./git.ts";
import { envelope } from "./payloads.ts";
import { senderOf } from "./ref-updates.ts";
import { type Call, HttpError, ok, optional, page, required, route } from "./router.ts";
import type { CheckRunRecord, Repository } from "./state.ts";

const mostText = 65_535;
const mostAnnotations = 50;
const conclusions = ["action_required", "cancelled", "failure", "neutral", "success", "skipped", "stale", "timed_out"];
const statuses = ["queued", "in_progress", "completed"];

const invalid = (message: string) => new HttpError(422, "Validation Failed", { errors: [message] });

interface OutputBody {
  title?: string;
  summary?: string;
  text?: string;
  annotations?: unknown[];
}

/** Applies what a create or an update says; annotations append, a conclusion completes, a status reopens. */
function apply(call: Call, run: CheckRunRecord): void {
  const { body, state } = call;
  const output = (body.output ?? {}) as OutputBody;
  if (body.output !== undefined && (!output.title || output.summary === undefined))
    throw invalid("output needs a title and a summary");
  for (const name of ["summary", "text"] as const) {
    if ((output[name]?.length ?? 0) > mostText)
      throw invalid(`Only ${mostText} characters are allowed; ${output[name]?.length} were supplied for ${name}.`);
  }
  if ((output.annotations?.length ?? 0) > mostAnnotations)
    throw invalid(`No more than ${mostAnnotations} annotations are allowed in a request.`);
  const [status, conclusion] = [optional(call, "status"), optional(call, "conclusion")];
  if (status && !statuses.includes(status)) throw invalid(`status ${status} is not one of ${statuses.join(", ")}`);
  if (conclusion && !conclusions.includes(conclusion))
    throw invalid(`conclusion ${conclusion} is not one of ${conclusions.join(", ")}`);
  if (status === "completed" && !conclusion && !run.conclusion)
    throw invalid("a completed check run needs a conclusion");
  run.output = {
    title: output.title ?? run.output.title,
    summary: output.summary ?? run.output.summary,
    text: output.text ?? run.output.text,
    annotations: [...run.output.annotations, ...(output.annotations ?? [])],
  };
  run.name = optional(call, "name") ?? run.name;
  run.externalId = optional(call, "external_id") ?? run.externalId;
  run.detailsUrl = optional(call, "details_url") ?? run.detailsUrl;
  run.actions = Array.isArray(body.actions) ? body.actions : run.actions;
  if (conclusion)
    Object.assign(run, {
      status: "completed",
      conclusion,
      completedAt: optional(call, "completed_at") ?? state.now().toISOString(),
    });
  else if (status && status !== "completed") Object.assign(run, { status, conclusion: null, completedAt: null });
}

function runOf(call: Call): CheckRunRecord {
  const run = call.repository.checkRuns.find(({ id }) => id === Number(call.params.check_run_id));
  if (!run) throw new HttpError(404, "Not Found");
  return run;
}

function suiteOf(call: Call, repository: Repository, headSha: string): number {
  const id = repository.checkSuites.get(headSha) ?? call.state.nextId();
  repository.checkSuites.set(headSha, id);
  return id;
}

function announce(call: Call, run: CheckRunRecord, action: string): void {
  const { state, repository, actor } = call;
  state.webhooks.send("check_run", {
    action,
    check_run: checkRunPayload(state, repository, run),
    ...envelope(state, repository, senderOf(state, repository, actor)),
  });
}

export const checkRoutes = [
  route(
    "POST",
    "/repos/{owner}/{repo}/check-runs",
    async (call) => {
      const { state, repository } = call;
      const headSha = await resolve(repository.dir, `${required(call, "head_sha")}^{commit}`);
      if (!headSha) throw invalid("No commit found for SHA");
      const run: CheckRunRecord = {
        id: state.nextId(),
        suiteId: suiteOf(call, repository, headSha),
        appId: state.app.id,
        name: required(call, "name"),
        headSha,
        externalId: "",
        detailsUrl: null,
        status: "queued",
        conclusion: null,
        startedAt: state.now().toISOString(),
        completedAt: null,
        output: { title: null, summary: null, text: null, annotations: [] },
        actions: [],
      };
      apply(call, run);
      repository.checkRuns.push(run);
      announce(call, run, "created");
      if (run.status === "completed") announce(call, run, "completed");
      return ok(checkRunPayload(state, repository, run), 201);
    },
    "checks:write",
  ),

  route(
    "GET",
    "/repos/{owner}/{repo}/check-runs/{check_run_id}",
    (call) => ok(checkRunPayload(call.state, call.repository, runOf(call))),
    "checks:read",
  ),

  route(
    "PATCH",
    "/repos/{owner}/{repo}/check-runs/{check_run_id}",
    (call) => {
      const run = runOf(call);
      const was = run.status;
      apply(call, run);
      if (was !== "completed" && run.status === "completed") announce(call, run, "completed");
      return ok(checkRunPayload(call.state, call.repository, run));
    },
    "checks:write",
  ),

  route(
    "GET",
    "/repos/{owner}/{repo}/check-runs/{check_run_id}/annotations",
    (call) => page(call, runOf(call).output.annotations),
    "checks:read",
  ),

  route(
    "GET",
    "/repos/{owner}/{repo}/commits/{ref}/check-runs",
    async (call) => {
      const { repository, query } = call;
      const sha = await resolve(repository.dir, `${call.params.ref}^{commit}`);
      if (!sha) throw new HttpError(422, `No commit found for SHA: ${call.params.ref}`);
      const [name, app, status] = [query.get("check_name"), query.get("app_id"), query.get("status")];
      const all = repository.checkRuns.filter(
        (run) =>
          run.headSha === sha &&
          (!name || run.name === name) &&
          (!app || run.appId === Number(app)) &&
          (!status || run.status === status),
      );
      const newest = all.filter((run) => !all.some((other) => other.name === run.name && other.id > run.id));
      const runs = query.get("filter") === "all" ? all : newest;
      return page(
        call,
        runs.map((run) => checkRunPayload(call.state, repository, run)),
        (check_runs) => ({ total_count: runs.length, check_runs }),
      );
    },
    "checks:read",
  ),

  // The re-run buttons: on GitHub a person presses them; the App may call these routes as well.
  route(
    "POST",
    "/repos/{owner}/{repo}/check-runs/{check_run_id}/rerequest",
    (call) => {
      announce(call, runOf(call), "rerequested");
      return { status: 201, json: {} };
    },
    "metadata:read",
  ),

  route(
    "POST",
    "/repos/{owner}/{repo}/check-suites/{check_suite_id}/rerequest",
    (call) => {
      const { state, repository, actor } = call;
      const found = [...repository.checkSuites].find(([, id]) => id === Number(call.params.check_suite_id));
      if (!found) throw new HttpError(404, "Not Found");
      const payload = {
        action: "rerequested",
        check_suite: checkSuitePayload(state, repository, found[0], found[1]),
        ...envelope(state, repository, senderOf(state, repository, actor)),
      };
      state.webhooks.send("check_suite", payload);
      return { status: 201, json: {} };
    },
    "metadata:read",
  ),

  route(
    "GET",
    "/repos/{owner}/{repo}/commits/{ref}/check-suites",
    async (call) => {
      const sha = await resolve(call.repository.dir, `${call.params.ref}^{commit}`);
      const id = sha && call.repository.checkSuites.get(sha);
      const suites = sha && id ? [checkSuitePayload(call.state, call.repository, sha, id)] : [];
      return page(call, suites, (check_suites) => ({ total_count: suites.length, check_suites }));
    },
    "checks:read",
  ),
];
