import type { Approval, Reviews } from "../gate/code-host.ts";
import { calling, type GitHubClient, statusOf } from "./client.ts";
import { commitAuthors } from "./commit-authors.ts";

const permissions: Approval["permission"][] = ["none", "read", "triage", "write", "maintain", "admin"];

export function createReviews(client: GitHubClient, owner: string, repo: string): Reviews {
  const at = { owner, repo };

  async function pages<T>(read: (page: number) => Promise<T[]>): Promise<T[]> {
    const all: T[] = [];
    for (let page = 1; ; page++) {
      const some = await read(page);
      all.push(...some);
      if (some.length < 100) return all;
    }
  }

  async function permissionOf(username: string): Promise<Approval["permission"]> {
    try {
      const route = "GET /repos/{owner}/{repo}/collaborators/{username}/permission";
      const { data } = await client.request(route, { ...at, username });
      // `permission` knows neither triage nor maintain; a role of an organisation's own is what it stands on.
      const named = [data.role_name, data.permission].flatMap((name) => permissions.find((own) => own === name) ?? []);
      return named[0] ?? "none";
    } catch (thrown) {
      if (statusOf(thrown) === 404) return "none";
      throw thrown;
    }
  }

  return {
    approvals: (number) =>
      calling(`read the reviews of pull request ${number}`, async () => {
        const route = "GET /repos/{owner}/{repo}/pulls/{pull_number}/reviews";
        const reviews = await pages(
          async (page) => (await client.request(route, { ...at, pull_number: number, per_page: 100, page })).data,
        );
        // Oldest first; a comment leaves what its author said before.
        const last = new Map<string, { state: string; commit: string }>();
        for (const { user, state, commit_id } of reviews)
          if (user && state !== "COMMENTED" && state !== "PENDING")
            last.set(user.login, { state, commit: commit_id ?? "" });
        const standing = [...last].filter(([, { state }]) => state === "APPROVED");
        return Promise.all(
          standing.map(async ([by, { commit }]) => ({ by, commit, permission: await permissionOf(by) })),
        );
      }),
    authors: (number) =>
      calling(`read the authors of pull request ${number}`, async () => {
        const { data: pull } = await client.request("GET /repos/{owner}/{repo}/pulls/{pull_number}", {
          ...at,
          pull_number: number,
        });
        const basehead = `${pull.base.sha}...${pull.head.sha}`;
        const commits = await pages(async (page) => {
          const route = "GET /repos/{owner}/{repo}/compare/{basehead}";
          return (await client.request(route, { ...at, basehead, per_page: 100, page })).data.commits;
        });
        const logins = [pull.user?.login, ...commits.flatMap(commitAuthors)];
        return [...new Set(logins.filter((login) => login !== undefined))];
      }),
  };
}
