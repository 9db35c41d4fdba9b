import { code, details, fence, inline } from "./markdown.ts";
import type { Flip, GateReport } from "./report.ts";
import { trimmed } from "./units.ts";

const mostShown = 5;

/** Cases that changed sides of a metric's pass line, outputs side by side, losses first. */
export function flipSection({ flips }: GateReport): string {
  if (flips.length === 0) return "";
  const lost = flips.filter(({ direction }) => direction === "passToFail").length;
  const shown = flips.slice(0, mostShown).map(flipBlock).join("\n\n");
  const rest = flips.slice(mostShown).map(({ caseId }) => caseId);
  const named = [...new Set(rest)].slice(0, 20).map(code).join(", ");
  const more = rest.length > 0 ? `\n\n… and ${rest.length} more: ${named}` : "";
  return `**Cases that flipped** (${lost} lost, ${flips.length - lost} won${flips.length >= 30 ? ", the largest" : ""})\n\n${shown}${more}`;
}

function flipBlock(flip: Flip): string {
  const { caseId, metric, direction, segments, input, baseOutput, headOutput, baseScore, headScore, reason } = flip;
  const where = Object.entries(segments)
    .map(([dimension, value]) => `${dimension} ${value}`)
    .join(", ");
  const title = `${direction === "passToFail" ? "❌" : "✅"} ${inline(caseId)}${where ? ` (${inline(where)})` : ""}: ${inline(metric)} ${trimmed(baseScore, 2)} → ${trimmed(headScore, 2)}`;
  const why = reason ? `${inline(reason)}\n\n` : "";
  return details(
    title,
    `${why}Asked:\n${fence(input, "", 1200)}\n\n<table><tr><th>base</th><th>head</th></tr><tr><td>\n\n${fence(baseOutput)}\n\n</td><td>\n\n${fence(headOutput)}\n\n</td></tr></table>`,
  );
}
