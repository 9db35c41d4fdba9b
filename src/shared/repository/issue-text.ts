import type * as z from "zod";

type Issue = z.core.$ZodIssue;

/** What YAML and JSON call the types that zod names. */
const words: Record<string, string> = {
  string: "text",
  array: "a list",
  object: "an object",
  record: "an object",
  number: "a number",
  int: "a whole number",
  boolean: "true or false",
  null: "null",
};

/** What zod finds wrong, for people who write YAML: a key that is missing, and what a value of several kinds may be. */
export function issueText(issue: Issue): string {
  if (isMissing(issue)) return "is missing";
  if (issue.code !== "invalid_union") return issue.message;
  const kinds = issue.errors.flatMap(([first]) => {
    if (first?.code === "invalid_type") return [words[first.expected] ?? first.expected];
    return first?.code === "invalid_value" && first.path.length === 0 ? first.values.map(String) : [];
  });
  const named = [...new Set(kinds)];
  return named.length > 0 ? `must be ${named.join(" or ")}` : issue.message;
}

/** A value that is not there at all. */
export function isMissing(issue: Issue): boolean {
  if (issue.code === "invalid_union")
    return issue.errors.length > 0 && issue.errors.every(([first]) => first !== undefined && isMissing(first));
  return issue.code === "invalid_type" && issue.message.endsWith("received undefined");
}
