import { gitText, mergeCommit, readCommit, resolve } from "./git.ts";
import { envelope } from "./payloads.ts";
import { senderOf } from "./ref-updates.ts";
import { type Call, HttpError, ok, route } from "./router.ts";

/** A merge queue's two events; on GitHub a button starts them, so these routes are the stand-in's own. */
export const queueRoutes = [
  route(
    "POST",
    "/repos/{owner}/{repo}/_standin/merge-groups",
    async (call) => {
      const { repository } = call;
      const numbers = Array.isArray(call.body.pulls) ? call.body.pulls.map(Number) : [];
      const pulls = numbers.flatMap((number) => repository.pulls.get(number) ?? []);
      const [first] = pulls;
      if (!first) throw new HttpError(422, "Validation Failed");
      const baseRef = `refs/heads/${first.base.ref}`;
      const baseSha = (await resolve(repository.dir, baseRef)) ?? "";
      let headSha = baseSha;
      for (const pull of pulls) {
        const merged = await mergeCommit(repository.dir, headSha, pull.head.sha, `Merge pull request #${pull.number}`);
        if (!merged) throw new HttpError(409, "Merge conflict");
        headSha = merged;
      }
      const headRef = `refs/heads/gh-readonly-queue/${first.base.ref}/pr-${pulls.at(-1)?.number}-${baseSha}`;
      await gitText(repository.dir, ["update-ref", headRef, headSha]);
      announce(call, "checks_requested", {
        headSha,
        headRef,
        baseSha,
        baseRef,
        commit: await readCommit(repository.dir, headSha),
      });
      return ok({ head_sha: headSha, head_ref: headRef, base_sha: baseSha }, 201);
    },
    "contents:write",
  ),

  route(
    "DELETE",
    "/repos/{owner}/{repo}/_standin/merge-groups/{head_sha}",
    async (call) => {
      const headSha = call.params.head_sha ?? "";
      const commit = await readCommit(call.repository.dir, headSha);
      announce(call, "destroyed", {
        headSha,
        headRef: "",
        baseSha: commit.parents[0] ?? "",
        baseRef: `refs/heads/${call.repository.defaultBranch}`,
        commit,
      });
      return { status: 204 };
    },
    "contents:write",
  ),
];

function announce(
  call: Call,
  action: string,
  group: {
    headSha: string;
    headRef: string;
    baseSha: string;
    baseRef: string;
    commit: Awaited<ReturnType<typeof readCommit>>;
  },
): void {
  const { state, repository, actor } = call;
  const { commit } = group;
  const person = { name: commit.author.name, email: commit.author.email };
  const payload = {
    action,
    ...(action === "destroyed" ? { reason: "dequeued" } : {}),
    merge_group: {
      head_sha: group.headSha,
      head_ref: group.headRef,
      base_sha: group.baseSha,
      base_ref: group.baseRef,
      head_commit: {
        id: commit.sha,
        tree_id: commit.tree,
        message: commit.message,
        timestamp: commit.author.date,
        author: person,
        committer: person,
      },
    },
    ...envelope(state, repository, senderOf(state, repository, actor)),
  };
  state.webhooks.send("merge_group", payload);
}
