import { parseRoute } from "../../../src/shared/repository/parse-route.ts";
import type { Route } from "../../../src/shared/repository/route.ts";

const head = "schema: assay/routes/v1\nname: chat\nowner: team-chat\n";

/** Targets of three sizes; `mini` and `large` have a price. */
export const targets = `targets:
  mini: { deployment: gpt-4.1-mini, model: gpt-4.1-mini, version: "2025-04-14", contextWindow: 100000, dataZone: eu }
  large: { deployment: gpt-4.1, model: gpt-4.1, version: "2025-04-14", contextWindow: 200000, dataZone: eu }
  tiny: { deployment: own-tiny, model: own-tiny, version: "1", contextWindow: 8000, dataZone: us }
`;

/** A rule with everything that each needs; `more` is further keys in flow style. */
export function rule(id: string, when: string, pick = "large", more = ""): string {
  return `  - { id: ${id}, when: ${when}, pick: ${pick}, owner: ada, rationale: measured better, evidence: [run-1], expires: "2027-01-31"${more ? `, ${more}` : ""} }\n`;
}

export function routeFile(rules: string[], options: { fallback?: string; pick?: string; more?: string } = {}): string {
  const { fallback = "", pick = "mini", more = "" } = options;
  const list = rules.length > 0 ? `rules:\n${rules.join("")}` : "";
  return `${head}${more}${targets}${list}default: { pick: ${pick}${fallback ? `, fallback: ${fallback}` : ""} }\n`;
}

export function readRoute(text: string): Route {
  const { route, findings } = parseRoute("routing/chat.yaml", new TextEncoder().encode(text));
  if (!route) throw new Error(JSON.stringify(findings));
  return route;
}
