import { isMap, isScalar, isSeq, parseDocument } from "yaml";
import { InvalidInputError } from "../errors.ts";
import { parseSuite } from "./parse-suite.ts";

/** A number that takes the place of `margin: auto`. */
export interface SetMargin {
  /** The metric's name in its suite. */
  metric: string;
  margin: number;
  /** What the suite sees, for people. */
  sentence: string;
}

/**
 * A suite file with numbers in place of `margin: auto`, each with its sentence as a comment above the metric; not a
 * character is changed besides. @throws InvalidInputError where a metric is not there or is not on auto.
 */
export function writeMargins(path: string, text: string, margins: readonly SetMargin[]): string {
  const evaluators = parseDocument(text).get("evaluators");
  const entries = isSeq(evaluators) ? evaluators.items.filter((item) => isMap(item)) : [];
  const edits = margins.flatMap(({ metric, margin, sentence }) => {
    const entry = entries.find((item) => (item.get("name") ?? item.get("uses")) === metric);
    const node = entry?.get("margin", true);
    if (!entry?.range || !isScalar(node) || node.value !== "auto" || !node.range) {
      throw new InvalidInputError(`${path} has no metric "${metric}" with \`margin: auto\` written out at it.`);
    }
    const [from, to] = node.range;
    const line = text.lastIndexOf("\n", entry.range[0] - 1) + 1;
    const indent = /^\s*/.exec(text.slice(line))?.[0].replaceAll("\n", "") ?? "";
    return [
      { from, to, put: String(margin) },
      { from: line, to: line, put: `${indent}# ${metric}: ${sentence.replaceAll(/\s+/g, " ")}\n` },
    ];
  });
  const written = edits
    .toSorted((a, b) => b.from - a.from)
    .reduce((now, { from, to, put }) => now.slice(0, from) + put + now.slice(to), text);
  const { suite, findings } = parseSuite(path, Buffer.from(written));
  const kept = margins.every(({ metric, margin }) =>
    suite?.evaluators.some((own) => (own.name ?? own.uses) === metric && own.margin === margin),
  );
  if (!kept) {
    const why = findings[0]?.message ?? "its layout leaves no place for a comment";
    throw new InvalidInputError(`The margins cannot be written into ${path} (${why}); write them by hand.`);
  }
  return written;
}
