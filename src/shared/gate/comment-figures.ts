import { code, details, inline, table } from "./markdown.ts";
import type { GateReport, SideFigures } from "./report.ts";
import { count, usd } from "./units.ts";

/** What was asked, what it cost and how long it took, base and head. */
export function figuresSection({ figures }: GateReport): string {
  if (figures.length === 0) return "";
  const rows = figures.map((side) => [
    `${side.side} of ${code(side.suite)}`,
    `${code(side.deployment)}${side.promptVersion ? `, prompt ${inline(side.promptVersion)}` : ""}`,
    Object.entries(side.answeredBy)
      .map(([model, times]) => `${inline(model)} × ${times}`)
      .join(", ") || "–",
    `${side.samples - side.reused} made, ${side.reused} reused`,
    cost(side),
    latency(side),
  ]);
  const notes = figures.flatMap((side) => [
    ...(side.filtered > 0 ? [`${side.side}: ${count(side.filtered, "answer")} stopped by the content filter`] : []),
    ...(side.truncated > 0 ? [`${side.side}: ${count(side.truncated, "answer")} cut at the token limit`] : []),
    ...(side.withoutUsage > 0 ? [`${side.side}: ${count(side.withoutUsage, "answer")} without usage`] : []),
  ]);
  const [base, head] = [sumOf(figures, "base"), sumOf(figures, "head")];
  const body = table(["side", "asked", "answered by", "calls", "cost", "latency p50 / p95"], rows);
  const extra = notes.length > 0 ? `\n\n${[...new Set(notes)].map((note) => `- ${note}`).join("\n")}` : "";
  return details(`Cost and latency: base ${base}, head ${head}`, `${body}${extra}`);
}

function cost({ costNanoUsd, unpriced, samples, inputTokens, outputTokens }: SideFigures): string {
  const tokens = `${inputTokens.toLocaleString("en-US")} in, ${outputTokens.toLocaleString("en-US")} out`;
  if (unpriced === samples) return `price unknown (${tokens})`;
  const partly = unpriced > 0 ? `, ${count(unpriced, "call")} of unknown price` : "";
  return `${usd(costNanoUsd)} (${tokens}${partly})`;
}

function latency({ latencyP50, latencyP95 }: SideFigures): string {
  if (latencyP50 === undefined || latencyP95 === undefined) return "–";
  return `${Math.round(latencyP50)} / ${Math.round(latencyP95)} ms`;
}

function sumOf(figures: readonly SideFigures[], side: "base" | "head"): string {
  const own = figures.filter((item) => item.side === side);
  if (own.length === 0) return "none";
  if (own.some(({ unpriced }) => unpriced > 0)) return "of unknown price";
  return usd(own.reduce((sum, { costNanoUsd }) => sum + costNanoUsd, 0));
}
