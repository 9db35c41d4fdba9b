import { PermanentError } from "../errors.ts";
import type { RepositoryReader } from "../repository/repository-reader.ts";
import { calling, type GitHubClient } from "./client.ts";

export function createRepositoryReader(client: GitHubClient, owner: string, repo: string): RepositoryReader {
  const at = { owner, repo };
  return {
    tree: (commit) =>
      calling(`read the tree of ${commit}`, async () => {
        const query = { ...at, tree_sha: commit, recursive: "1" };
        const { data } = await client.request("GET /repos/{owner}/{repo}/git/trees/{tree_sha}", query);
        if (data.truncated) {
          throw new PermanentError(
            `The tree of ${commit} has more than GitHub lists at once (100,000 entries or 7 MB).`,
          );
        }
        return data.tree.map((entry) => ({
          path: entry.path ?? "",
          mode: entry.mode ?? "",
          type: entry.type ?? "",
          sha: entry.sha ?? "",
          ...(entry.size === undefined ? {} : { size: entry.size }),
        }));
      }),
    blob: (sha) =>
      calling(`read the blob ${sha}`, async () => {
        const { data } = await client.request("GET /repos/{owner}/{repo}/git/blobs/{file_sha}", {
          ...at,
          file_sha: sha,
        });
        return Buffer.from(data.content, data.encoding === "utf-8" ? "utf8" : "base64");
      }),
  };
}
