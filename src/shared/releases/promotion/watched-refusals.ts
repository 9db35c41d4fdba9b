import { type ReleaseState, targetKey } from "../release-state.ts";
import { samePointer } from "../target-port.ts";
import type { Promotion } from "./promote-release.ts";
import type { Refusal } from "./promotion.ts";
import type { WorldFacts } from "./read-facts.ts";

/**
 * A target has one release at a time that is looked at: of two, nobody could say which was to blame. A merge waits until the
 * watch of the first is over; a person who asks does not. Reference: releases-and-alerts §3.11 b.
 */
export function watchedRefusals(
  { cause }: Pick<Promotion, "cause">,
  { promotion, targets, serving }: Pick<WorldFacts, "promotion" | "targets" | "serving">,
  now: Date,
): Refusal[] {
  if (cause.kind !== "merge") return [];
  const moved = promotion.plan.steps.filter(({ before, after }) => !samePointer(before, after));
  const keys = new Set(moved.map(({ target }) => targetKey(target)));
  return serving.flatMap((release): Refusal[] => {
    const own = targets.find((target) => target.current === release.releaseId && keys.has(targetKey(target)));
    const until = watchedUntil(release);
    if (!own || until === undefined || until <= now.toISOString()) return [];
    const reason = `\`${own.alias}\` serves ${release.releaseId}, which is looked at until ${until}.`;
    const mend = "It is promoted by itself after that; a person's `/foundry-deploy` does not wait.";
    return [{ code: "stillWatched", reason, mend, until }];
  });
}

function watchedUntil({ status, promotedAt, breachedAt, watch }: ReleaseState): string | undefined {
  if (status !== "watching" || promotedAt === undefined) return undefined;
  const since = breachedAt !== undefined && breachedAt > promotedAt ? breachedAt : promotedAt;
  return new Date(Date.parse(since) + watch.minutes * 60_000).toISOString();
}
