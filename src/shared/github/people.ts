import type { People } from "../gate/code-host.ts";
import { calling, type GitHubClient, once, statusOf } from "./client.ts";

export function createPeople(client: GitHubClient, owner: string, repo: string): People {
  const at = { owner, repo };
  return {
    canWrite: (username) =>
      calling(`read the permission of ${username}`, async () => {
        try {
          const route = "GET /repos/{owner}/{repo}/collaborators/{username}/permission";
          const { data } = await client.request(route, { ...at, username });
          return data.permission === "admin" || data.permission === "write";
        } catch (thrown) {
          if (statusOf(thrown) === 404) return false;
          throw thrown;
        }
      }),
    react: (commentId, content) =>
      calling(`react to comment ${commentId}`, async () => {
        const route = "POST /repos/{owner}/{repo}/issues/comments/{comment_id}/reactions";
        await client.request(route, { ...at, comment_id: commentId, content, ...once });
      }),
  };
}
