import { type PriceBook, priceOf } from "../prices/price-book.ts";
import { pricedAs } from "../prices/priced-as.ts";
import { createFinding, type Finding } from "../repository/finding.ts";
import type { Route } from "../repository/route.ts";
import { createSearchBudget, findContext, type SearchBudget } from "./find-context.ts";
import { lintTargets } from "./lint-targets.ts";
import { branchesOf, namingsOf, placeOf } from "./route-places.ts";

export interface LintRouteOptions {
  today: Date;
  prices: PriceBook;
}

/** What is to be mended in what a route does: rules that decide nothing, targets that cannot take what is sent to them. */
export function lintRoute(route: Route, { today, prices }: LintRouteOptions): Finding[] {
  return [
    ...lintRules(route, today.toISOString().slice(0, 10)),
    ...branchesOf(route).flatMap((branch) => lintTargets(route, branch)),
    ...lintDeclared(route, prices, today),
  ];
}

function lintRules(route: Route, day: string): Finding[] {
  const ids = new Set<string>();
  const budget = createSearchBudget();
  const found = route.rules.flatMap((rule, index) => {
    const at = (key: string) => placeOf(route, `rules.${index}.${key}`);
    const findings: Finding[] = [];
    if (ids.has(rule.id))
      findings.push(createFinding("route/duplicate-rule", at("id"), `Two rules have the id \`${rule.id}\`.`));
    ids.add(rule.id);
    const earlier = route.rules.slice(0, index).map(({ when }) => when);
    if (findContext([rule.when], [], budget) === "none") {
      findings.push(
        createFinding("route/unreachable-rule", at("when"), `No request can fulfil the conditions of \`${rule.id}\`.`),
      );
    } else if (findContext([rule.when], earlier, budget) === "none") {
      const rivals = neededFor(route, index, budget).map((id) => `\`${id}\``);
      const message = `\`${rule.id}\` is never reached: ${rivals.join(", ")} ${rivals.length === 1 ? "takes" : "take"} all of its requests.`;
      findings.push(createFinding("route/shadowed-rule", at("when"), message));
    }
    if (rule.expires <= day)
      findings.push(
        createFinding(
          "route/expired-rule",
          at("expires"),
          `\`${rule.id}\` expired on ${rule.expires}; it belongs to ${rule.owner.slice(0, 80)}.`,
        ),
      );
    if (rule.evidence.length === 0)
      findings.push(createFinding("route/no-evidence", at("evidence"), `\`${rule.id}\` names no eval run.`));
    return findings;
  });
  if (budget.left >= 0) return found;
  const at = placeOf(route, "rules");
  return [...found, createFinding("route/undecided", at, "Which rules can be reached takes too long to tell.")];
}

/** The earlier rules without which a shadowed rule would be reached. */
function neededFor(route: Route, index: number, budget: SearchBudget): string[] {
  const rule = route.rules[index];
  if (!rule) return [];
  let rivals = route.rules.slice(0, index);
  for (const rival of rivals) {
    const others = rivals.filter((other) => other !== rival);
    const whens = others.map(({ when }) => when);
    if (findContext([rule.when], whens, budget) === "none") rivals = others;
  }
  return rivals.map(({ id }) => id);
}

function lintDeclared(route: Route, prices: PriceBook, today: Date): Finding[] {
  const named = new Set(branchesOf(route).flatMap((branch) => namingsOf(branch).map(({ target }) => target)));
  return Object.entries(route.targets).flatMap(([name, { deployment, model, version }]) => {
    const unused = named.has(name)
      ? []
      : [
          createFinding(
            "route/unused-target",
            placeOf(route, `targets.${name}`),
            `No rule names the target \`${name}\`.`,
          ),
        ];
    // As the gate prices the deployments whose models it knows: a deployment's own name says nothing of what it runs.
    const known = pricedAs(prices, [{ models: { [deployment]: `${model}@${version}` } }]);
    const unpriced = priceOf(known, deployment, today)
      ? []
      : [
          createFinding(
            "route/no-price",
            placeOf(route, `targets.${name}.model`),
            `The price book has no price for \`${model.slice(0, 80)}\` (\`${version}\`), which \`${name}\` runs.`,
          ),
        ];
    return [...unused, ...unpriced];
  });
}
