import { parseRoute } from "../src/shared/repository/parse-route.ts";
import { resolveRoute } from "../src/shared/routing/resolve-route.ts";
import type { Figure } from "./figures.ts";

const rules = 20;
const rounds = 200_000;

/** CPU of one resolution in process: twenty rules, of which the last matches, a canary and two weighted targets. */
export async function benchRouting(): Promise<Figure[]> {
  const target = (name: string) =>
    `  ${name}: { deployment: ${name}, model: ${name}, version: "1", contextWindow: 100000 }\n`;
  const pick =
    "{ targets: [{ target: a, weight: 9 }, { target: b, weight: 1 }], canary: { target: c, percent: 5, salt: s } }";
  const rule = (n: number) =>
    `  - { id: r${n}, when: { tenant: [t${n}, u${n}], tier: pro, locale: de, promptTokens: { below: 9000 } }, pick: ${pick}, fallback: [{ target: b, on: [server] }], owner: o, rationale: for the bench, evidence: [], expires: "2099-01-01" }\n`;
  const text = `schema: assay/routes/v1\nname: bench\nowner: o\ntargets:\n${["a", "b", "c"].map(target).join("")}rules:\n${Array.from({ length: rules }, (_, n) => rule(n)).join("")}default: { pick: a }\n`;
  const { route, findings } = parseRoute("routing/bench.yaml", new TextEncoder().encode(text));
  if (!route) throw new Error(JSON.stringify(findings));
  const resolve = (n: number) =>
    resolveRoute(route, {
      tenant: `t${rules - 1}`,
      tier: "pro",
      locale: "de-AT",
      promptTokens: 100,
      conversationId: `c-${n}`,
    });
  for (let n = 0; n < rounds / 10; n++) resolve(n);
  const before = process.cpuUsage();
  for (let n = 0; n < rounds; n++) resolve(n);
  const { user, system } = process.cpuUsage(before);
  const value = (user + system) / rounds;
  return [{ figure: `CPU a route resolution, ${rules} rules and a canary`, value, unit: "µs", limit: 20 }];
}
