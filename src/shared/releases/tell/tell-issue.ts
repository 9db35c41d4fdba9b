import type { Operation } from "../operation.ts";
import type { ReleaseState } from "../release-state.ts";
import { issueContent, laterContent } from "./issue-content.ts";
import { hasMarker, isAbout } from "./marker.ts";
import type { Issue, TellHost } from "./ports.ts";
import { standingOf } from "./severity.ts";

type Host = Pick<TellHost, "issues" | "comments">;

/**
 * One issue for what becomes of a release. It is looked for before it is made, for a failed creation may have had its effect;
 * it is never written over, for people work in it: what comes later is a comment.
 */
export async function tellIssue(operation: Operation, release: ReleaseState, host: Host): Promise<{ link?: string }> {
  const standing = standingOf(operation);
  if (standing === "promoted" || standing === "declined") return {};
  const known = await ownIssues(operation, release, host);
  const same = known.find(({ body }) => hasMarker(body, operation));
  if (same) return { link: same.link };
  const open = known.find((issue) => issue.open);
  if (open) {
    const comments = await host.comments.list(open.number);
    if (!comments.some(({ own, body }) => own && hasMarker(body, operation)))
      await host.comments.create(open.number, laterContent(operation, release));
    return { link: open.link };
  }
  const made = await host.issues.create(issueContent(operation, release));
  // Two workers may have made one each: the older stays.
  const [first, ...later] = (await ownIssues(operation, release, host)).filter(({ body }) =>
    hasMarker(body, operation),
  );
  for (const twin of later.filter((issue) => issue.open)) await host.issues.close(twin.number, "duplicate");
  return { link: (first ?? made).link };
}

async function ownIssues(operation: Operation, release: ReleaseState, { issues }: Host): Promise<Issue[]> {
  // Clocks differ.
  const since = new Date(Date.parse(release.createdAt) - 3_600_000).toISOString();
  return (await issues.own(since)).filter(({ body }) => isAbout(body, operation));
}
