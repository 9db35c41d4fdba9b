import type { Commits } from "../gate/code-host.ts";
import { calling, type GitHubClient } from "./client.ts";

/** Pages of a hundred; a merge queue builds groups of at most a hundred pull requests. */
const mostPages = 10;

export function createCommits(client: GitHubClient, owner: string, repo: string): Commits {
  const at = { owner, repo };
  return {
    between: (base, head) =>
      calling(`list the commits of ${base}...${head}`, async () => {
        const commits: { sha: string; message: string }[] = [];
        for (let page = 1; page <= mostPages; page++) {
          const { data } = await client.request("GET /repos/{owner}/{repo}/compare/{basehead}", {
            ...at,
            basehead: `${base}...${head}`,
            per_page: 100,
            page,
          });
          commits.push(...data.commits.map(({ sha, commit }) => ({ sha, message: commit.message })));
          if (data.commits.length < 100) break;
        }
        return commits;
      }),
    pullsOf: (sha) =>
      calling(`list the pull requests of ${sha}`, async () => {
        const { data } = await client.request("GET /repos/{owner}/{repo}/commits/{commit_sha}/pulls", {
          ...at,
          commit_sha: sha,
          per_page: 100,
        });
        return data.map(({ number }) => number);
      }),
  };
}
