import type { When } from "../repository/route.ts";
import { fulfils, type TextField, textFields } from "./match-when.ts";
import type { RouteContext } from "./schema.ts";

type Field = TextField | "promptTokens";
const fields: readonly Field[] = [...textFields, "promptTokens"];

/** Comparisons of one value with one other that searches may make; hostile rules can ask for more than anyone waits for. */
export interface SearchBudget {
  left: number;
}

/** Enough for a hundred rules of a hundred values; some seconds at most. */
export function createSearchBudget(): SearchBudget {
  return { left: 50_000_000 };
}

/**
 * A context that fulfils every `inside` and no `outside`; `none` where there is provably none, `undecided` where the
 * budget is spent. Exact: conditions only tell apart the values that they name, and one more for all others. A field that
 * no `inside` asks for stays absent, which fulfils no `outside` that asks for it.
 */
export function findContext(
  inside: readonly When[],
  outside: readonly When[],
  budget: SearchBudget,
): RouteContext | "none" | "undecided" {
  const asked = fields.filter((field) => inside.some((when) => when[field] !== undefined));
  const rivals = outside.filter((when) => fields.every((field) => when[field] === undefined || asked.includes(field)));
  for (const field of asked) {
    const named = [...inside, ...rivals].reduce((sum, when) => sum + sizeOf(when, field), 1);
    budget.left -= named * named;
  }
  if (budget.left < 0) return "undecided";
  const choices = asked.map((field) => choicesOf(field, inside, rivals));
  if (choices.some((atoms) => atoms.length === 0)) return "none";
  const dead = new Set<string>();
  const search = (depth: number, left: readonly number[]): RouteContext | undefined => {
    if (left.length === 0) return Object.assign({}, ...choices.slice(depth).map(([first]) => first?.context));
    const key = `${depth} ${left.join(" ")}`;
    const isMatched = left.some((index) => asked.slice(depth).every((field) => rivals[index]?.[field] === undefined));
    if (isMatched || dead.has(key) || budget.left < 0) return undefined;
    budget.left -= left.length * (choices[depth]?.length ?? 0);
    for (const { context, fulfilled } of choices[depth] ?? []) {
      const rest = search(
        depth + 1,
        left.filter((index) => fulfilled[index]),
      );
      if (rest) return { ...context, ...rest };
    }
    dead.add(key);
    return undefined;
  };
  const found = search(0, [...rivals.keys()]);
  return found ?? (budget.left < 0 ? "undecided" : "none");
}

function sizeOf(when: When, field: Field): number {
  const condition = when[field];
  if (condition === undefined) return 0;
  return "in" in condition ? condition.in.length : "notIn" in condition ? condition.notIn.length : 2;
}

/** A value of one field, and which of the outside rules it fulfils. */
interface Choice {
  context: RouteContext;
  fulfilled: boolean[];
}

/** The values that the inside allows, one for each way in which the outside tells them apart. */
function choicesOf(field: Field, inside: readonly When[], outside: readonly When[]): Choice[] {
  const allowed = valuesOf(field, [...inside, ...outside]).filter((value) =>
    inside.every((when) => isFulfilled(when, field, value)),
  );
  const choices = new Map<string, Choice>();
  for (const value of allowed) {
    const fulfilled = outside.map((when) => isFulfilled(when, field, value));
    const key = fulfilled.join(" ");
    if (!choices.has(key)) choices.set(key, { context: { [field]: value }, fulfilled });
  }
  return [...choices.values()];
}

function isFulfilled(when: When, field: Field, value: string | number): boolean {
  if (typeof value === "number") {
    const size = when.promptTokens;
    return size === undefined || (value >= (size.atLeast ?? 0) && value < (size.below ?? Number.POSITIVE_INFINITY));
  }
  const condition = field === "promptTokens" ? undefined : when[field];
  return condition === undefined || (field !== "promptTokens" && fulfils(field, condition, value));
}

function valuesOf(field: Field, whens: readonly When[]): (string | number)[] {
  if (field === "promptTokens") {
    const edges = whens.flatMap(({ promptTokens: size }) => [size?.atLeast ?? 0, size?.below ?? 0]);
    return [...new Set([0, ...edges])].sort((a, b) => a - b);
  }
  if (field === "budgetState") return ["ok", "warn", "soft", "hard"];
  const named = whens.flatMap((when) => {
    const condition = when[field];
    return condition === undefined ? [] : "in" in condition ? condition.in : condition.notIn;
  });
  return [...new Set(named), unnamed(named)];
}

/** A value that no condition names: longer than each, so that it is none of them and below none. */
function unnamed(named: readonly string[]): string {
  const longest = named.reduce((most, value) => Math.max(most, value.length), 0);
  return "other".padEnd(longest + 1, "-").replaceAll("-", "x");
}
