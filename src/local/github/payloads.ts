import type { CommentRecord, Pull, Repository, StandInState, User } from "./state.ts";
import { appUser, userOf } from "./state.ts";

/** The objects of GitHub's answers and webhooks, as far as clients read them; urls lead to this stand-in. */
export function repositoryPayload(state: StandInState, repository: Repository) {
  const full = `${repository.owner}/${repository.name}`;
  const api = `${state.url}${state.prefix}/repos/${full}`;
  return {
    id: repository.id,
    node_id: `R_${repository.id}`,
    name: repository.name,
    full_name: full,
    private: repository.private,
    owner: userPayload(state, userOf(state, repository.owner)),
    html_url: `${state.url}/${full}`,
    description: null,
    fork: repository.parentId !== undefined,
    url: api,
    clone_url: `${state.url}/${full}.git`,
    default_branch: repository.defaultBranch,
    visibility: repository.private ? "private" : "public",
    archived: false,
    disabled: false,
    ...links(api, repositoryLinks),
    homepage: null,
    language: null,
    license: null,
    forks: 0,
    forks_count: 0,
    open_issues: 0,
    open_issues_count: 0,
    watchers: 0,
    watchers_count: 0,
    stargazers_count: 0,
    subscribers_count: 0,
    network_count: 0,
    size: 1,
    has_issues: true,
    has_projects: false,
    has_downloads: false,
    has_wiki: false,
    has_pages: false,
    has_discussions: false,
    created_at: "2026-01-01T00:00:00Z",
    updated_at: "2026-01-01T00:00:00Z",
    pushed_at: "2026-01-01T00:00:00Z",
  };
}

export function userPayload(state: StandInState, user: User) {
  return {
    login: user.login,
    id: user.id,
    node_id: `U_${user.id}`,
    avatar_url: `${state.url}/avatars/${user.id}`,
    html_url: `${state.url}/${encodeURIComponent(user.login)}`,
    url: `${state.url}${state.prefix}/users/${encodeURIComponent(user.login)}`,
    gravatar_id: "",
    ...links(`${state.url}${state.prefix}/users/${encodeURIComponent(user.login)}`, userLinks),
    type: user.type,
    site_admin: false,
  };
}

const userLinks = [
  "events",
  "followers",
  "following",
  "gists",
  "organizations",
  "received_events",
  "repos",
  "starred",
  "subscriptions",
];

/** The addresses that GitHub's objects carry beside their own; nothing of the product follows them. */
function links(base: string, names: readonly string[]): Record<string, string> {
  return Object.fromEntries(names.map((name) => [`${name}_url`, `${base}/${name}`]));
}

const repositoryLinks = [
  "archive",
  "assignees",
  "blobs",
  "branches",
  "collaborators",
  "comments",
  "commits",
  "compare",
  "contents",
  "contributors",
  "deployments",
  "downloads",
  "events",
  "forks",
  "git_commits",
  "git_refs",
  "git_tags",
  "hooks",
  "issue_comment",
  "issue_events",
  "issues",
  "keys",
  "labels",
  "languages",
  "merges",
  "milestones",
  "notifications",
  "pulls",
  "releases",
  "stargazers",
  "statuses",
  "subscribers",
  "subscription",
  "tags",
  "teams",
  "trees",
  "git",
  "ssh",
  "svn",
  "mirror",
];

const pullLinks = ["commits", "diff", "patch", "review_comment", "review_comments", "statuses"];

export function appPayload(state: StandInState) {
  return {
    id: state.app.id,
    slug: state.app.slug,
    node_id: `A_${state.app.id}`,
    client_id: `Iv1.${state.app.id}`,
    owner: userPayload(state, appUser(state)),
    name: state.app.name,
    description: "",
    external_url: state.url,
    html_url: `${state.url}/apps/${state.app.slug}`,
    created_at: "2026-01-01T00:00:00Z",
    updated_at: "2026-01-01T00:00:00Z",
    permissions: {
      ...{ checks: "write", contents: "write", deployments: "write", issues: "write", metadata: "read" },
      pull_requests: "write",
    },
    events: ["check_run", "check_suite", "issue_comment", "merge_group", "pull_request", "push"],
  };
}

export function pullPayload(state: StandInState, repository: Repository, pull: Pull) {
  const api = `${state.url}${state.prefix}/repos/${repository.owner}/${repository.name}`;
  const head = state.repositories.get(pull.head.repositoryId);
  const side = (name: string, sha: string, of: Repository | undefined) => ({
    label: `${of?.owner ?? "unknown"}:${name}`,
    ref: name,
    sha,
    user: of ? userPayload(state, userOf(state, of.owner)) : null,
    repo: of ? repositoryPayload(state, of) : null,
  });
  return {
    id: pull.id,
    node_id: `PR_${pull.id}`,
    number: pull.number,
    url: `${api}/pulls/${pull.number}`,
    html_url: `${state.url}/${repository.owner}/${repository.name}/pull/${pull.number}`,
    issue_url: `${api}/issues/${pull.number}`,
    comments_url: `${api}/issues/${pull.number}/comments`,
    ...links(`${api}/pulls/${pull.number}`, pullLinks),
    _links: Object.fromEntries(
      ["self", "html", "issue", "comments", "review_comments", "review_comment", "commits", "statuses"].map((name) => [
        name,
        { href: `${api}/pulls/${pull.number}/${name}` },
      ]),
    ),
    assignee: null,
    milestone: null,
    auto_merge: null,
    active_lock_reason: null,
    merged_by: null,
    mergeable_state: "clean",
    rebaseable: null,
    maintainer_can_modify: false,
    comments: 0,
    review_comments: 0,
    commits: 1,
    additions: 0,
    deletions: 0,
    changed_files: 1,
    requested_teams: [],
    state: pull.state,
    locked: false,
    title: pull.title,
    body: pull.body,
    user: userPayload(state, pull.user),
    draft: pull.draft,
    merged: pull.merged,
    mergeable: pull.state === "open" ? true : null,
    merge_commit_sha: pull.mergeCommitSha,
    created_at: pull.createdAt,
    updated_at: pull.updatedAt,
    closed_at: pull.state === "closed" ? pull.updatedAt : null,
    merged_at: pull.merged ? pull.updatedAt : null,
    labels: [],
    assignees: [],
    requested_reviewers: [],
    head: side(pull.head.ref, pull.head.sha, head),
    base: side(pull.base.ref, pull.base.sha, repository),
    author_association: "NONE",
  };
}

export function commentPayload(state: StandInState, repository: Repository, comment: CommentRecord) {
  const api = `${state.url}${state.prefix}/repos/${repository.owner}/${repository.name}`;
  return {
    id: comment.id,
    node_id: `IC_${comment.id}`,
    url: `${api}/issues/comments/${comment.id}`,
    html_url: `${state.url}/${repository.owner}/${repository.name}/pull/${comment.issue}#issuecomment-${comment.id}`,
    issue_url: `${api}/issues/${comment.issue}`,
    body: comment.body,
    user: userPayload(state, comment.user),
    created_at: comment.createdAt,
    updated_at: comment.updatedAt,
    author_association: "NONE",
    performed_via_github_app: comment.appId === null ? null : appPayload(state),
  };
}

/** What every webhook of a repository carries. */
export function envelope(state: StandInState, repository: Repository, sender: User) {
  return {
    repository: repositoryPayload(state, repository),
    sender: userPayload(state, sender),
    installation: { id: state.installationId, node_id: `I_${state.installationId}` },
  };
}
