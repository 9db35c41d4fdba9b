import type { Actor } from "./auth.ts";
import { git, readCommit } from "./git.ts";
import { envelope, pullPayload } from "./payloads.ts";
import { appUser, type Repository, type StandInState, type User, userOf } from "./state.ts";

const zero = "0".repeat(40);

export function senderOf(state: StandInState, repository: Repository, actor: Actor): User {
  if (actor.kind === "user") return actor.user;
  return actor.kind === "anonymous" ? userOf(state, repository.owner) : appUser(state);
}

/** What follows from a ref that moved: a `push`, and `synchronize` for the pull requests of that branch. */
export async function refUpdated(
  state: StandInState,
  repository: Repository,
  name: string,
  before: string | undefined,
  after: string | undefined,
  actor: Actor,
): Promise<void> {
  if (before === after) return;
  const sender = senderOf(state, repository, actor);
  await sendPush(state, repository, name, before, after, sender);
  if (!after || !name.startsWith("refs/heads/")) return;
  const branch = name.slice("refs/heads/".length);
  for (const owner of state.repositories.values()) {
    for (const pull of owner.pulls.values()) {
      if (pull.state !== "open" || pull.head.repositoryId !== repository.id || pull.head.ref !== branch) continue;
      const old = pull.head.sha;
      pull.head.sha = after;
      pull.updatedAt = state.now().toISOString();
      await keepHead(state, owner, pull.number, repository, after);
      const payload = {
        action: "synchronize",
        number: pull.number,
        before: old,
        after,
        pull_request: pullPayload(state, owner, pull),
        ...envelope(state, owner, sender),
      };
      state.webhooks.send("pull_request", payload);
    }
  }
}

/** A pull request's commits are reachable in the base repository, a fork's too, as under refs/pull on GitHub. */
export async function keepHead(
  state: StandInState,
  base: Repository,
  number: number,
  head: Repository,
  sha: string,
): Promise<void> {
  if (base.id !== head.id) await git(base.dir, ["fetch", "--quiet", head.dir, sha]);
  await git(base.dir, ["update-ref", `refs/pull/${number}/head`, sha]);
  state.now();
}

async function sendPush(
  state: StandInState,
  repository: Repository,
  ref: string,
  before: string | undefined,
  after: string | undefined,
  sender: User,
): Promise<void> {
  const commit = after ? await readCommit(repository.dir, after) : undefined;
  const forced =
    before && after ? (await git(repository.dir, ["merge-base", "--is-ancestor", before, after])).code !== 0 : false;
  const head = commit && {
    id: commit.sha,
    tree_id: commit.tree,
    distinct: true,
    message: commit.message,
    timestamp: commit.author.date,
    url: `${state.url}/${repository.owner}/${repository.name}/commit/${commit.sha}`,
    author: { name: commit.author.name, email: commit.author.email },
    committer: { name: commit.author.name, email: commit.author.email },
    added: [],
    removed: [],
    modified: [],
  };
  const payload = {
    ref,
    before: before ?? zero,
    after: after ?? zero,
    created: !before,
    deleted: !after,
    forced,
    base_ref: null,
    compare: `${state.url}/${repository.owner}/${repository.name}/compare`,
    commits: head ? [head] : [],
    head_commit: head ?? null,
    pusher: { name: sender.login, email: `${sender.login}@example.com` },
    ...envelope(state, repository, sender),
  };
  state.webhooks.send("push", payload);
}
