import { userPayload } from "./payloads.ts";
import { senderOf } from "./ref-updates.ts";
import { type Call, HttpError, ok, optional, page, required, route } from "./router.ts";
import { pullOf } from "./routes-pulls.ts";
import type { ReviewRecord } from "./state.ts";

const states = { APPROVE: "APPROVED", REQUEST_CHANGES: "CHANGES_REQUESTED", COMMENT: "COMMENTED" } as const;

function reviewPayload({ state: { url }, state }: Call, { id, user, body, commit, ...review }: ReviewRecord) {
  return {
    ...{ id, node_id: `PRR_${id}`, user: userPayload(state, user), body, state: review.state, commit_id: commit },
    ...{ html_url: url, pull_request_url: url, submitted_at: review.submittedAt, author_association: "MEMBER" },
    _links: { html: { href: url }, pull_request: { href: url } },
  };
}

export const reviewRoutes = [
  route(
    "GET",
    "/repos/{owner}/{repo}/pulls/{pull_number}/reviews",
    (call) =>
      page(
        call,
        pullOf(call).reviews.map((review) => reviewPayload(call, review)),
      ),
    "pull_requests:read",
  ),

  route(
    "POST",
    "/repos/{owner}/{repo}/pulls/{pull_number}/reviews",
    (call) => {
      const pull = pullOf(call);
      const event = required(call, "event");
      const state = Object.entries(states).find(([name]) => name === event)?.[1];
      const user = senderOf(call.state, call.repository, call.actor);
      if (!state) throw new HttpError(422, `Event ${event} is not known.`);
      if (user.login === pull.user.login && state !== "COMMENTED")
        throw new HttpError(422, "Can not approve your own pull request");
      const body = optional(call, "body") ?? "";
      const commit = optional(call, "commit_id") ?? pull.head.sha;
      const review = {
        id: call.state.nextId(),
        user,
        state,
        body,
        commit,
        submittedAt: call.state.now().toISOString(),
      };
      pull.reviews.push(review);
      return ok(reviewPayload(call, review));
    },
    "pull_requests:write",
  ),
];
