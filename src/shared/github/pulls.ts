import type { PullRequest, PullRequests } from "../gate/code-host.ts";
import { calling, type GitHubClient } from "./client.ts";

interface PullPayload {
  number: number;
  state: string;
  user: { login: string } | null;
  head: { sha: string; repo: { id: number | bigint } | null };
  base: { sha: string; ref: string; repo: { id: number | bigint } };
  merged_at?: string | null;
  merge_commit_sha?: string | null;
}

export function createPullRequests(client: GitHubClient, owner: string, repo: string): PullRequests {
  const at = { owner, repo };
  return {
    get: (number) =>
      calling(`read pull request ${number}`, async () => {
        const { data } = await client.request("GET /repos/{owner}/{repo}/pulls/{pull_number}", {
          ...at,
          pull_number: number,
        });
        return pullOf(data);
      }),
    listOpen: () =>
      calling("list open pull requests", async () => {
        const pulls: PullRequest[] = [];
        for (let page = 1; ; page++) {
          const query = { ...at, state: "open" as const, per_page: 100, page };
          const { data } = await client.request("GET /repos/{owner}/{repo}/pulls", query);
          pulls.push(...data.map(pullOf));
          if (data.length < 100) return pulls;
        }
      }),
    mergeBase: (base, head) =>
      calling(`compare ${base}...${head}`, async () => {
        const basehead = `${base}...${head}`;
        const { data } = await client.request("GET /repos/{owner}/{repo}/compare/{basehead}", {
          ...at,
          basehead,
          per_page: 1,
        });
        return data.merge_base_commit.sha;
      }),
    defaultBranch: () =>
      calling("read the repository", async () => {
        const { data } = await client.request("GET /repos/{owner}/{repo}", at);
        return data.default_branch;
      }),
    tip: (branch) =>
      calling(`read branch ${branch}`, async () => {
        const { data } = await client.request("GET /repos/{owner}/{repo}/git/ref/{ref}", {
          ...at,
          ref: `heads/${branch}`,
        });
        return data.object.sha;
      }),
  };
}

function pullOf(data: PullPayload): PullRequest {
  return {
    number: data.number,
    open: data.state === "open",
    headSha: data.head.sha,
    // The repository of a fork may be gone: what cannot be shown to be ours is a stranger's.
    fork: data.head.repo?.id !== data.base.repo.id,
    baseRef: data.base.ref,
    baseSha: data.base.sha,
    author: data.user?.login ?? "ghost",
    // Of an open pull request it is GitHub's trial merge.
    ...(data.merged_at && data.merge_commit_sha ? { mergedAs: data.merge_commit_sha } : {}),
  };
}
