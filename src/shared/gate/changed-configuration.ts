import type { Plan } from "./plan.ts";
import type { GateReport } from "./report.ts";

/** Of a plan, what a report shows of routes and releases; what does not differ is absent. */
export function changedConfiguration({
  routeDiffs,
  releases,
}: Pick<Plan, "routeDiffs" | "releases">): Pick<GateReport, "routes" | "releases"> {
  return {
    ...(routeDiffs.length > 0 ? { routes: routeDiffs } : {}),
    ...(releases.length > 0 ? { releases } : {}),
  };
}
