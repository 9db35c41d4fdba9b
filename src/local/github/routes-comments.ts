import { permissionOf } from "./auth.ts";
import { commentPayload, envelope, pullPayload, userPayload } from "./payloads.ts";
import { senderOf } from "./ref-updates.ts";
import { type Call, HttpError, ok, page, required, route } from "./router.ts";
import { type CommentRecord, type Repository, userOf } from "./state.ts";

/** GitHub refuses longer bodies with 422. */
const mostBody = 65_536;
const reactions = ["+1", "-1", "laugh", "confused", "heart", "hooray", "rocket", "eyes"];

function bodyOf(call: Call): string {
  const body = required(call, "body");
  if (body.length > mostBody)
    throw new HttpError(422, "Validation Failed", {
      errors: [
        {
          resource: "IssueComment",
          code: "unprocessable",
          field: "data",
          message: `Body is too long (maximum is ${mostBody} characters)`,
        },
      ],
    });
  return body;
}

function commentOf(call: Call): CommentRecord {
  const comment = call.repository.comments.find(({ id }) => id === Number(call.params.comment_id));
  if (!comment) throw new HttpError(404, "Not Found");
  return comment;
}

function announce(call: Call, comment: CommentRecord, action: string): void {
  const { state, repository, actor } = call;
  const pull = repository.pulls.get(comment.issue);
  if (!pull) return;
  const { head: _, base: __, ...issue } = pullPayload(state, repository, pull);
  const payload = {
    action,
    issue: { ...issue, pull_request: { url: issue.url } },
    comment: commentPayload(state, repository, comment),
    ...envelope(state, repository, senderOf(state, repository, actor)),
  };
  state.webhooks.send("issue_comment", payload);
}

/** Issues and pull requests share their numbers. */
function isNumbered({ pulls, issues }: Repository, number: number): boolean {
  return pulls.has(number) || issues.has(number);
}

/** An author, the app itself, or someone who may write. */
function mayEdit(call: Call, comment: CommentRecord): void {
  const { actor, state, repository } = call;
  const own =
    actor.kind === "installation"
      ? comment.appId === state.app.id
      : actor.kind === "user" && comment.user.login === actor.user.login;
  const writes =
    actor.kind === "installation" ||
    (actor.kind === "user" && ["write", "admin"].includes(permissionOf(repository, actor.user.login)));
  if (!own && !writes) throw new HttpError(403, "Must have admin rights to Repository.");
}

export const commentRoutes = [
  route(
    "GET",
    "/repos/{owner}/{repo}/issues/{issue_number}/comments",
    (call) => {
      const { state, repository } = call;
      if (!isNumbered(repository, Number(call.params.issue_number))) throw new HttpError(404, "Not Found");
      const comments = repository.comments.filter(({ issue }) => issue === Number(call.params.issue_number));
      return page(
        call,
        comments.map((comment) => commentPayload(state, repository, comment)),
      );
    },
    "issues:read",
  ),

  route(
    "POST",
    "/repos/{owner}/{repo}/issues/{issue_number}/comments",
    (call) => {
      const { state, repository, actor } = call;
      const issue = Number(call.params.issue_number);
      if (!isNumbered(repository, issue)) throw new HttpError(404, "Not Found");
      const now = state.now().toISOString();
      const comment: CommentRecord = {
        id: state.nextId(),
        issue,
        body: bodyOf(call),
        user: senderOf(state, repository, actor),
        appId: actor.kind === "installation" ? state.app.id : null,
        createdAt: now,
        updatedAt: now,
        reactions: [],
      };
      repository.comments.push(comment);
      announce(call, comment, "created");
      return ok(commentPayload(state, repository, comment), 201);
    },
    "issues:write",
  ),

  route(
    "GET",
    "/repos/{owner}/{repo}/issues/comments/{comment_id}",
    (call) => ok(commentPayload(call.state, call.repository, commentOf(call))),
    "issues:read",
  ),

  route(
    "PATCH",
    "/repos/{owner}/{repo}/issues/comments/{comment_id}",
    (call) => {
      const comment = commentOf(call);
      mayEdit(call, comment);
      Object.assign(comment, { body: bodyOf(call), updatedAt: call.state.now().toISOString() });
      announce(call, comment, "edited");
      return ok(commentPayload(call.state, call.repository, comment));
    },
    "issues:write",
  ),

  route(
    "DELETE",
    "/repos/{owner}/{repo}/issues/comments/{comment_id}",
    (call) => {
      const comment = commentOf(call);
      mayEdit(call, comment);
      call.repository.comments = call.repository.comments.filter((other) => other !== comment);
      announce(call, comment, "deleted");
      return { status: 204 };
    },
    "issues:write",
  ),

  route(
    "POST",
    "/repos/{owner}/{repo}/issues/comments/{comment_id}/reactions",
    (call) => {
      const { state, repository, actor } = call;
      const comment = commentOf(call);
      const content = required(call, "content");
      if (!reactions.includes(content)) throw new HttpError(422, "Validation Failed");
      const sender = senderOf(state, repository, actor);
      const known = comment.reactions.some(
        (reaction) => reaction.content === content && reaction.user === sender.login,
      );
      if (!known) comment.reactions.push({ content, user: sender.login });
      return ok(
        {
          id: state.nextId(),
          node_id: "REA",
          user: userPayload(state, sender),
          content,
          created_at: state.now().toISOString(),
        },
        known ? 200 : 201,
      );
    },
    "issues:write",
  ),

  route(
    "GET",
    "/repos/{owner}/{repo}/collaborators/{username}/permission",
    (call) => {
      const { state, repository, params } = call;
      const login = params.username ?? "";
      if (!state.users.has(login)) throw new HttpError(404, "Not Found");
      const permission = permissionOf(repository, login);
      return ok({
        permission,
        role_name: permission,
        user: { ...userPayload(state, userOf(state, login)), role_name: permission },
      });
    },
    "metadata:read",
  ),
];
