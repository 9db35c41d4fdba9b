import type { Proposals } from "../releases/tell/ports.ts";
import { calling, type GitHubClient, once, statusOf } from "./client.ts";

/** Branches and pull requests of the app's own, made of objects that the repository has: nothing is checked out. */
export function createProposals(client: GitHubClient, owner: string, repo: string): Proposals {
  const at = { owner, repo };

  async function tipOf(branch: string): Promise<string | undefined> {
    try {
      const query = { ...at, ref: `heads/${branch}` };
      const { data } = await client.request("GET /repos/{owner}/{repo}/git/ref/{ref}", query);
      return data.object.sha;
    } catch (thrown) {
      if (statusOf(thrown) === 404) return undefined;
      throw thrown;
    }
  }

  const commitOf = async (commit: string) => {
    const query = { ...at, commit_sha: commit };
    return (await client.request("GET /repos/{owner}/{repo}/git/commits/{commit_sha}", query)).data;
  };

  return {
    base: () =>
      calling("read the default branch", async () => {
        const { data } = await client.request("GET /repos/{owner}/{repo}", at);
        const { data: ref } = await client.request("GET /repos/{owner}/{repo}/git/ref/{ref}", {
          ...{ ...at, ref: `heads/${data.default_branch}` },
        });
        return { branch: data.default_branch, commit: ref.object.sha };
      }),
    find: (branch) =>
      calling(`find the pull request of ${branch}`, async () => {
        const query = { ...at, state: "all" as const, head: `${owner}:${branch}`, per_page: 100 };
        const { data } = await client.request("GET /repos/{owner}/{repo}/pulls", query);
        const newest = data.sort((a, b) => b.number - a.number)[0];
        return newest && { link: newest.html_url };
      }),
    content: (text) =>
      calling("write a file's content", async () => {
        const blob = { ...at, content: text, encoding: "utf-8" };
        return (await client.request("POST /repos/{owner}/{repo}/git/blobs", blob)).data.sha;
      }),
    branch: (branch, from, files, message) =>
      calling(`make the branch ${branch}`, async () => {
        if ((await tipOf(branch)) !== undefined) return;
        const { tree: base } = await commitOf(from);
        const entries = files.map(({ path, mode, sha }) => ({
          ...{ path, mode: mode === "100755" ? ("100755" as const) : ("100644" as const), type: "blob" as const },
          sha: sha ?? null,
        }));
        const { data: tree } = await client.request("POST /repos/{owner}/{repo}/git/trees", {
          ...{ ...at, base_tree: base.sha, tree: entries },
        });
        const { data: commit } = await client.request("POST /repos/{owner}/{repo}/git/commits", {
          ...{ ...at, message, tree: tree.sha, parents: [from] },
          ...once,
        });
        const ref = { ...at, ref: `refs/heads/${branch}`, sha: commit.sha, ...once };
        await client.request("POST /repos/{owner}/{repo}/git/refs", ref);
      }),
    open: ({ branch, onto, title, body }) =>
      calling(`open the pull request of ${branch}`, async () => {
        const pull = { ...at, head: branch, base: onto, title, body, ...once };
        const { data } = await client.request("POST /repos/{owner}/{repo}/pulls", pull);
        return { link: data.html_url };
      }),
    before: (commit) => calling(`read commit ${commit}`, async () => (await commitOf(commit)).parents[0]?.sha),
  };
}
