import type { Condition, When } from "../repository/route.ts";
import type { RouteContext } from "./schema.ts";

export const textFields = ["tenant", "tier", "feature", "locale", "budgetState"] as const;
export type TextField = (typeof textFields)[number];

/** A condition that a request does not fulfil. */
export interface Mismatch {
  field: TextField | "promptTokens";
  wanted: Condition | NonNullable<When["promptTokens"]>;
  /** Absent where the request's context does not have the field. */
  got?: string | number;
}

/** The conditions that a context does not fulfil; the rule matches where there are none. */
export function mismatches(when: When, context: RouteContext): Mismatch[] {
  const found: Mismatch[] = [];
  for (const field of textFields) {
    const wanted = when[field];
    if (wanted === undefined) continue;
    const got = context[field];
    if (got === undefined) found.push({ field, wanted });
    else if (!fulfils(field, wanted, got)) found.push({ field, wanted, got });
  }
  const size = when.promptTokens;
  if (size === undefined) return found;
  const got = context.promptTokens;
  if (got === undefined) found.push({ field: "promptTokens", wanted: size });
  else if (got < (size.atLeast ?? 0) || got >= (size.below ?? Number.POSITIVE_INFINITY))
    found.push({ field: "promptTokens", wanted: size, got });
  return found;
}

export function fulfils(field: TextField, wanted: Condition, got: string): boolean {
  const tag = field === "locale" ? plainTag(got) : "";
  const isOne = (values: readonly string[]) =>
    field === "locale" ? values.some((range) => isBelow(tag, plainTag(range))) : values.includes(got);
  return "in" in wanted ? isOne(wanted.in) : !isOne(wanted.notIn);
}

/** `de-at` is below `de`; `den` is not. */
function isBelow(tag: string, range: string): boolean {
  return tag === range || (tag.startsWith(range) && tag[range.length] === "-");
}

/** `de_AT` is written `de-at`. */
function plainTag(text: string): string {
  return text.toLowerCase().replaceAll("_", "-");
}
