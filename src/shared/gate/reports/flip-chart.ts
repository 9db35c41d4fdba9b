import type { MetricVerdict } from "../comparison.ts";
import { count } from "../units.ts";
import { escaped } from "./html-text.ts";

const width = 640;
const row = 26;
const label = 170;

/** How many cases each metric lost and won, as bars to the left and to the right of a line. */
export function flipChart(metrics: readonly MetricVerdict[]): string {
  const moved = metrics.filter(({ passToFail, failToPass }) => passToFail.length + failToPass.length > 0);
  if (moved.length === 0) return "";
  const most = Math.max(...moved.flatMap(({ passToFail, failToPass }) => [passToFail.length, failToPass.length]));
  const half = (width - label) / 2 - 40;
  const middle = label + half + 30;
  const bars = moved.map(({ name, passToFail, failToPass }, i) => {
    const y = i * row + 4;
    const [lost, won] = [passToFail, failToPass].map(({ length }) => (length / most) * half);
    return [
      `<text x="0" y="${y + 13}">${escaped(name, 24)}</text>`,
      `<rect class="regressed" x="${(middle - (lost ?? 0)).toFixed(1)}" y="${y}" width="${lost?.toFixed(1)}" height="16"/>`,
      `<text x="${(middle - (lost ?? 0) - 6).toFixed(1)}" y="${y + 13}" text-anchor="end">${passToFail.length}</text>`,
      `<rect class="pass" x="${middle}" y="${y}" width="${won?.toFixed(1)}" height="16"/>`,
      `<text x="${(middle + (won ?? 0) + 6).toFixed(1)}" y="${y + 13}">${failToPass.length}</text>`,
    ].join("");
  });
  const said = moved.map(
    ({ name, passToFail, failToPass }) => `${name}: ${count(passToFail.length, "case")} lost, ${failToPass.length} won`,
  );
  const height = moved.length * row + 4;
  const line = `<line class="mark" x1="${middle}" x2="${middle}" y1="0" y2="${height}"/>`;
  return `<svg role="img" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" aria-label="${escaped(said.join("; "), 600)}">${line}${bars.join("")}</svg>`;
}
