import { commitTree, git, gitText, mergeCommit, readCommit, resolve } from "./git.ts";
import { envelope, pullPayload, userPayload } from "./payloads.ts";
import { keepHead, refUpdated, senderOf } from "./ref-updates.ts";
import { type Call, HttpError, ok, optional, page, required, route } from "./router.ts";
import { findRepository, type Pull, type Repository } from "./state.ts";

const invalid = (field: string, message: string) =>
  new HttpError(422, "Validation Failed", { errors: [{ resource: "PullRequest", code: "custom", field, message }] });

export function pullOf(call: Call): Pull {
  const pull = call.repository.pulls.get(Number(call.params.pull_number));
  if (!pull) throw new HttpError(404, "Not Found");
  return pull;
}

function announce(call: Call, pull: Pull, action: string, more: object = {}): void {
  const { state, repository, actor } = call;
  const payload = {
    action,
    number: pull.number,
    pull_request: pullPayload(state, repository, pull),
    ...more,
    ...envelope(state, repository, senderOf(state, repository, actor)),
  };
  state.webhooks.send("pull_request", payload);
}

/** `branch`, or `owner:branch` of a fork. */
function headRepository(call: Call, head: string): { repository: Repository; branch: string } {
  const [owner, branch] = head.includes(":") ? head.split(":") : [call.repository.owner, head];
  const found = [...call.state.repositories.values()].find(
    (repository) =>
      repository.owner === owner &&
      (repository.id === call.repository.id || repository.parentId === call.repository.id),
  );
  if (!found || !branch) throw invalid("head", `head ${head} is not a branch of this repository or of a fork of it`);
  return { repository: found, branch };
}

export const pullRoutes = [
  route(
    "GET",
    "/repos/{owner}/{repo}/commits/{commit_sha}/pulls",
    async (call) => {
      const { state, repository } = call;
      const sha = await resolve(repository.dir, `${call.params.commit_sha}^{commit}`);
      if (!sha) throw new HttpError(422, `No commit found for SHA: ${call.params.commit_sha}`);
      const holding = await Promise.all(
        [...repository.pulls.values()].map(async (pull) => {
          const { code } = await git(repository.dir, ["merge-base", "--is-ancestor", sha, pull.head.sha]);
          if (pull.mergeCommitSha === sha) return [pull];
          const before = await git(repository.dir, ["merge-base", "--is-ancestor", sha, pull.base.sha]);
          return code === 0 && before.code !== 0 ? [pull] : [];
        }),
      );
      return page(
        call,
        holding.flat().map((pull) => pullPayload(state, repository, pull)),
      );
    },
    "pull_requests:read",
  ),

  route(
    "GET",
    "/repos/{owner}/{repo}/pulls",
    (call) => {
      const { state, repository, query } = call;
      const wanted = query.get("state") ?? "open";
      const [head, base] = [query.get("head"), query.get("base")];
      const pulls = [...repository.pulls.values()].filter(
        (pull) =>
          (wanted === "all" || pull.state === wanted) &&
          (!base || pull.base.ref === base) &&
          (!head || head === `${state.repositories.get(pull.head.repositoryId)?.owner}:${pull.head.ref}`),
      );
      return page(
        call,
        pulls.reverse().map((pull) => pullPayload(state, repository, pull)),
      );
    },
    "pull_requests:read",
  ),

  route(
    "POST",
    "/repos/{owner}/{repo}/pulls",
    async (call) => {
      const { state, repository, actor } = call;
      const base = required(call, "base");
      const { repository: from, branch } = headRepository(call, required(call, "head"));
      const [headSha, baseSha] = [
        await resolve(from.dir, `refs/heads/${branch}`),
        await resolve(repository.dir, `refs/heads/${base}`),
      ];
      if (!headSha) throw invalid("head", `there is no branch ${branch}`);
      if (!baseSha) throw invalid("base", `there is no branch ${base}`);
      const open = [...repository.pulls.values()].some(
        (p) => p.state === "open" && p.head.repositoryId === from.id && p.head.ref === branch && p.base.ref === base,
      );
      if (open) throw invalid("head", `A pull request already exists for ${from.owner}:${branch}.`);
      const now = state.now().toISOString();
      const pull: Pull = {
        id: state.nextId(),
        number: repository.nextNumber++,
        title: required(call, "title"),
        body: optional(call, "body") ?? "",
        user: senderOf(state, repository, actor),
        state: "open",
        draft: call.body.draft === true,
        merged: false,
        mergeCommitSha: null,
        head: { ref: branch, sha: headSha, repositoryId: from.id },
        base: { ref: base, sha: baseSha },
        reviews: [],
        createdAt: now,
        updatedAt: now,
      };
      await keepHead(state, repository, pull.number, from, headSha);
      repository.pulls.set(pull.number, pull);
      announce(call, pull, "opened");
      return ok(pullPayload(state, repository, pull), 201);
    },
    "pull_requests:write",
  ),

  route(
    "GET",
    "/repos/{owner}/{repo}/pulls/{pull_number}",
    (call) => ok(pullPayload(call.state, call.repository, pullOf(call))),
    "pull_requests:read",
  ),

  route(
    "PATCH",
    "/repos/{owner}/{repo}/pulls/{pull_number}",
    async (call) => {
      const pull = pullOf(call);
      const [title, body, state, base] = ["title", "body", "state", "base"].map((name) => optional(call, name));
      pull.updatedAt = call.state.now().toISOString();
      if (title !== undefined) pull.title = title;
      if (body !== undefined) pull.body = body;
      if (base && base !== pull.base.ref) {
        const sha = await resolve(call.repository.dir, `refs/heads/${base}`);
        if (!sha) throw invalid("base", `there is no branch ${base}`);
        const from = { ref: pull.base.ref, sha: pull.base.sha };
        pull.base = { ref: base, sha };
        announce(call, pull, "edited", { changes: { base: { ref: { from: from.ref }, sha: { from: from.sha } } } });
      } else if (title !== undefined || body !== undefined) announce(call, pull, "edited", { changes: {} });
      if ((state === "open" || state === "closed") && state !== pull.state && !pull.merged) {
        pull.state = state;
        announce(call, pull, state === "open" ? "reopened" : "closed");
      }
      return ok(pullPayload(call.state, call.repository, pull));
    },
    "pull_requests:write",
  ),

  route(
    "GET",
    "/repos/{owner}/{repo}/pulls/{pull_number}/files",
    async (call) => {
      const pull = pullOf(call);
      const { dir } = call.repository;
      const from = await gitText(dir, ["merge-base", `refs/heads/${pull.base.ref}`, pull.head.sha]);
      const names = await gitText(dir, ["diff", "--name-only", from, pull.head.sha]);
      return page(
        call,
        names
          .split("\n")
          .filter(Boolean)
          .map((filename) => ({ filename, status: "modified", sha: null })),
      );
    },
    "pull_requests:read",
  ),

  route(
    "PUT",
    "/repos/{owner}/{repo}/pulls/{pull_number}/merge",
    async (call) => {
      const { state, repository, actor } = call;
      const pull = pullOf(call);
      if (pull.state !== "open") throw new HttpError(405, "Pull Request is not mergeable");
      if (optional(call, "sha") && optional(call, "sha") !== pull.head.sha)
        throw new HttpError(409, "Head branch was modified. Review and try the merge again.");
      const missing = repository.requiredChecks.filter((name) => !isGreen(repository, pull.head.sha, name));
      if (missing.length > 0) throw new HttpError(405, `Required status check "${missing[0]}" is expected.`);
      const ref = `refs/heads/${pull.base.ref}`;
      const before = (await resolve(repository.dir, ref)) ?? "";
      const message = `${optional(call, "commit_title") ?? `Merge pull request #${pull.number} from ${pull.head.ref}`}\n\n${pull.title}`;
      const merged = await mergeCommit(repository.dir, before, pull.head.sha, message);
      if (!merged) throw new HttpError(405, "Pull Request is not mergeable");
      const sha =
        optional(call, "merge_method") === "squash"
          ? await commitTree(repository.dir, (await readCommit(repository.dir, merged)).tree, [before], message)
          : merged;
      await gitText(repository.dir, ["update-ref", ref, sha, before]);
      Object.assign(pull, { state: "closed", merged: true, mergeCommitSha: sha, updatedAt: state.now().toISOString() });
      announce(call, pull, "closed");
      await refUpdated(state, repository, ref, before, sha, actor);
      return ok({ sha, merged: true, message: "Pull Request successfully merged" });
    },
    "contents:write",
  ),

  route(
    "POST",
    "/repos/{owner}/{repo}/forks",
    async (call) => {
      const { state, repository, actor } = call;
      if (actor.kind !== "user") throw new HttpError(403, "Only people fork.");
      const known = findRepository(state, actor.user.login, repository.name);
      const fork = known ?? (await state.fork(repository, actor.user.login));
      return ok(
        { id: fork.id, full_name: `${fork.owner}/${fork.name}`, owner: userPayload(state, actor.user), fork: true },
        202,
      );
    },
    "metadata:read",
  ),
];

/** The newest run of the name decides; `success`, `neutral` and `skipped` satisfy [docs: required status checks]. */
function isGreen(repository: Repository, sha: string, name: string): boolean {
  const [run] = repository.checkRuns
    .filter((item) => item.headSha === sha && item.name === name)
    .sort((a, b) => b.id - a.id);
  return run?.status === "completed" && ["success", "neutral", "skipped"].includes(run.conclusion ?? "");
}
