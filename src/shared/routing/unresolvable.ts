import type { Finding } from "../repository/finding.ts";
import type { Route } from "../repository/route.ts";
import { lintTargets } from "./lint-targets.ts";
import { branchesOf } from "./route-places.ts";

/** What keeps a route from answering every request: targets that are not declared, rules without a live one. */
export function unresolvable(route: Route): Finding[] {
  return branchesOf(route)
    .flatMap((branch) => lintTargets(route, branch))
    .filter(({ code }) => code === "route/unknown-target" || code === "route/zero-weights");
}
