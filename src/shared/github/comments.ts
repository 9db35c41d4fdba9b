import type { Comment, Comments } from "../gate/code-host.ts";
import { calling, type GitHubClient, once, undefinedOn404 } from "./client.ts";

interface CommentPayload {
  id: number | bigint;
  body?: string | undefined;
  user: { login: string } | null;
  performed_via_github_app?: { id: number | bigint } | null | undefined;
}

export function createComments(client: GitHubClient, owner: string, repo: string, appId: number): Comments {
  const at = { owner, repo };
  const commentOf = (data: CommentPayload): Comment => ({
    id: Number(data.id),
    body: data.body ?? "",
    author: data.user?.login ?? "ghost",
    own: Number(data.performed_via_github_app?.id) === appId,
  });
  return {
    list: (number) =>
      calling(`list comments of ${number}`, async () => {
        const comments: Comment[] = [];
        for (let page = 1; ; page++) {
          const query = { ...at, issue_number: number, per_page: 100, page };
          const { data } = await client.request("GET /repos/{owner}/{repo}/issues/{issue_number}/comments", query);
          comments.push(...data.map(commentOf));
          if (data.length < 100) return comments;
        }
      }),
    get: (commentId) =>
      calling(`read comment ${commentId}`, () =>
        undefinedOn404(async () => {
          const query = { ...at, comment_id: commentId };
          const { data } = await client.request("GET /repos/{owner}/{repo}/issues/comments/{comment_id}", query);
          return commentOf(data);
        }),
      ),
    create: (number, body) =>
      calling(`comment on ${number}`, async () => {
        const comment = { ...at, issue_number: number, body, ...once };
        const { data } = await client.request("POST /repos/{owner}/{repo}/issues/{issue_number}/comments", comment);
        return commentOf(data);
      }),
    update: (commentId, body) =>
      calling(`update comment ${commentId}`, async () => {
        await client.request("PATCH /repos/{owner}/{repo}/issues/comments/{comment_id}", {
          ...at,
          comment_id: commentId,
          body,
        });
      }),
    remove: (commentId) =>
      calling(`remove comment ${commentId}`, async () => {
        const query = { ...at, comment_id: commentId };
        // Another worker may have removed it already.
        await undefinedOn404(() => client.request("DELETE /repos/{owner}/{repo}/issues/comments/{comment_id}", query));
      }),
  };
}
