import { appPayload, userPayload } from "./payloads.ts";
import { senderOf } from "./ref-updates.ts";
import { type Call, HttpError, ok, optional, page, required, route } from "./router.ts";
import type { IssueRecord, Repository, StandInState } from "./state.ts";

/** GitHub refuses longer bodies with 422. */
const mostBody = 65_536;

function issuePayload(state: StandInState, { owner, name, pulls }: Repository, issue: IssueRecord) {
  const repository = `${state.url}${state.prefix}/repos/${owner}/${name}`;
  const url = `${repository}/issues/${issue.number}`;
  const isPull = pulls.has(issue.number);
  return {
    id: issue.id,
    node_id: `I_${issue.id}`,
    number: issue.number,
    title: issue.title,
    body: issue.body,
    state: issue.state,
    state_reason: issue.stateReason,
    user: userPayload(state, issue.user),
    ...{ url, repository_url: repository, comments_url: `${url}/comments`, events_url: `${url}/events` },
    labels_url: `${url}/labels{/name}`,
    html_url: `${state.url}/${owner}/${name}/${isPull ? "pull" : "issues"}/${issue.number}`,
    ...{ labels: [], assignee: null, assignees: [], milestone: null, locked: false, comments: 0 },
    created_at: issue.createdAt,
    updated_at: issue.updatedAt,
    closed_at: issue.state === "closed" ? issue.updatedAt : null,
    author_association: "NONE",
    performed_via_github_app: issue.appId === null ? null : appPayload(state),
    ...(isPull ? { pull_request: { url, html_url: url, diff_url: url, patch_url: url } } : {}),
  };
}

/** A pull request is an issue too. */
function all({ pulls, issues }: Repository): IssueRecord[] {
  const asIssues = [...pulls.values()].map(
    (pull): IssueRecord => ({ ...pull, appId: null, stateReason: null, user: pull.user }),
  );
  return [...issues.values(), ...asIssues];
}

function issueOf(call: Call): IssueRecord {
  const issue = all(call.repository).find(({ number }) => number === Number(call.params.issue_number));
  if (!issue) throw new HttpError(404, "Not Found");
  return issue;
}

function bodyOf(call: Call): string {
  const body = optional(call, "body") ?? "";
  if (body.length <= mostBody) return body;
  const message = `body is too long (maximum is ${mostBody} characters)`;
  throw new HttpError(422, "Validation Failed", {
    errors: [{ resource: "Issue", code: "custom", field: "body", message }],
  });
}

export const issueRoutes = [
  route(
    "GET",
    "/repos/{owner}/{repo}/issues",
    (call) => {
      const { state, repository, query } = call;
      const wanted = query.get("state") ?? "open";
      const since = query.get("since") ?? "";
      const found = all(repository)
        .filter((issue) => (wanted === "all" || issue.state === wanted) && issue.updatedAt >= since)
        .sort((a, b) => (query.get("direction") === "asc" ? a.number - b.number : b.number - a.number));
      return page(
        call,
        found.map((issue) => issuePayload(state, repository, issue)),
      );
    },
    "issues:read",
  ),

  route(
    "POST",
    "/repos/{owner}/{repo}/issues",
    (call) => {
      const { state, repository, actor } = call;
      const now = state.now().toISOString();
      const issue: IssueRecord = {
        id: state.nextId(),
        number: repository.nextNumber++,
        title: required(call, "title"),
        body: bodyOf(call),
        user: senderOf(state, repository, actor),
        appId: actor.kind === "installation" ? state.app.id : null,
        state: "open",
        stateReason: null,
        createdAt: now,
        updatedAt: now,
      };
      repository.issues.set(issue.number, issue);
      return ok(issuePayload(state, repository, issue), 201);
    },
    "issues:write",
  ),

  route(
    "GET",
    "/repos/{owner}/{repo}/issues/{issue_number}",
    (call) => ok(issuePayload(call.state, call.repository, issueOf(call))),
    "issues:read",
  ),

  route(
    "PATCH",
    "/repos/{owner}/{repo}/issues/{issue_number}",
    (call) => {
      const issue = issueOf(call);
      const [title, state, reason] = ["title", "state", "state_reason"].map((name) => optional(call, name));
      if (call.body.body !== undefined) issue.body = bodyOf(call);
      if (title !== undefined) issue.title = title;
      if (state === "open" || state === "closed") Object.assign(issue, { state, stateReason: reason ?? null });
      issue.updatedAt = call.state.now().toISOString();
      return ok(issuePayload(call.state, call.repository, issue));
    },
    "issues:write",
  ),
];
