import { digestOf } from "../../repository/digest.ts";
import type { Route } from "../../repository/route.ts";
import { routeDocument } from "../../routing/route-document.ts";
import { type ReleaseState, targetKey } from "../release-state.ts";
import type { PromotePorts, Promotion } from "./promote-release.ts";
import type { WorldFacts } from "./read-facts.ts";

/** What every request is answered where a manifest declares `disable` and no answer. */
export const disabledAnswer = "This is switched off for now.";

/**
 * `firstWayBack: disable` or an answer, of routes that no release has brought: the route switched off, as a release that its
 * owner vouches for, so that a rollback finds it as it finds every other. Tells what each of them serves before, by its key.
 */
export async function recordOff(
  { repositoryId, repository, commit }: Promotion,
  { promotion: { release }, routes, targets, baseSha = commit }: WorldFacts,
  ports: Pick<PromotePorts, "releases" | "routeDocuments" | "clock">,
): Promise<Record<string, string>> {
  const { firstWayBack } = release;
  if (!firstWayBack || firstWayBack.kind === "served") return {};
  const answer = firstWayBack.kind === "answer" ? firstWayBack.answer : disabledAnswer;
  const taken = new Set(targets.filter(({ current }) => current !== undefined).map(targetKey));
  const before: Record<string, string> = {};
  for (const route of routes) {
    const key = targetKey({ kind: "route", alias: route.name });
    if (taken.has(key)) continue;
    const { digest, text } = switchedOff(route, answer);
    await ports.routeDocuments.put(repositoryId, digest, text);
    const releaseId = `${release.name}-off-${digest.slice(0, 12)}`;
    const at = ports.clock.now().toISOString();
    const state: ReleaseState = {
      ...{ releaseId, repositoryId, repository, name: release.name, stage: release.stage, digest, commit: baseSha },
      ...{ owner: release.owner, watch: release.watch, status: "verified", brought: [], before: {}, isOff: true },
      pointers: { [key]: { kind: "route", digest, path: route.path, commit: baseSha } },
      ...{ atomic: false, standbyHours: release.standby.hours, createdAt: at, verifiedAt: at },
      reason: "switched off: what its manifest declares where nothing was verified before",
    };
    await ports.releases.addRelease(state);
    before[key] = releaseId;
  }
  return before;
}

/** The route with no rule, whose every request gets the answer. */
function switchedOff(route: Route, answer: string): { digest: string; text: string } {
  const text = routeDocument({ ...route, rules: [], default: { ...route.default, off: { answer }, fallback: [] } });
  return { digest: digestOf(JSON.parse(text)), text };
}
