import type { MetricVerdict } from "../comparison.ts";
import { changeText, limitText, meanText } from "../units.ts";
import { escaped } from "./html-text.ts";

const width = 320;
const height = 34;
const pad = 10;

/**
 * One metric as a line: where there is a base, its change with the 95 % interval, no change as a line and the margin as a
 * band; else head's mean with its interval and the floor. The same figures stand beside it in the table.
 */
export function intervalChart(metric: MetricVerdict): string {
  const shown = metric.comparison ? differenceChart(metric) : meanChart(metric);
  if (!shown) return "";
  const { low, high, at, mark, markText, band, axis = [], text } = shown;
  const points = [...axis, low, high, at, ...(mark === undefined ? [] : [mark]), ...(band ?? [])];
  const [least, most] = [Math.min(...points), Math.max(...points)];
  const span = most - least || 1;
  const x = (value: number) => (pad + ((value - least) / span) * (width - 2 * pad)).toFixed(1);
  const y = height / 2;
  const parts = [
    `<title>${escaped(text, 300)}</title>`,
    ...(band
      ? [
          `<rect class="band" x="${x(band[0])}" y="4" width="${(Number(x(band[1])) - Number(x(band[0]))).toFixed(1)}" height="${height - 8}"/>`,
        ]
      : []),
    ...(mark === undefined
      ? []
      : [
          `<line class="mark" x1="${x(mark)}" x2="${x(mark)}" y1="2" y2="${height - 2}"><title>${escaped(markText)}</title></line>`,
        ]),
    `<line class="range" x1="${x(low)}" x2="${x(high)}" y1="${y}" y2="${y}"/>`,
    ...[low, high].map((end) => `<line class="range" x1="${x(end)}" x2="${x(end)}" y1="${y - 5}" y2="${y + 5}"/>`),
    `<circle class="at ${metric.judged ? metric.verdict : "shown"}" cx="${x(at)}" cy="${y}" r="5"/>`,
  ];
  return `<svg role="img" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" aria-label="${escaped(text, 300)}">${parts.join("")}</svg>`;
}

interface Chart {
  low: number;
  high: number;
  at: number;
  /** What nothing is compared with: no change, or the floor. */
  mark?: number;
  markText: string;
  /** Losses that count as none. */
  band?: [number, number];
  /** What the line spans at least. */
  axis?: [number, number];
  text: string;
}

function differenceChart(metric: MetricVerdict): Chart | undefined {
  const { comparison, margin = 0, better, name, compared } = metric;
  if (!comparison || compared === false) return undefined;
  const sign = better === "higher" ? 1 : -1;
  const { interval, rawDifference: at } = comparison;
  const ends = interval ? [sign * interval.low, sign * interval.high] : [at, at];
  const [low, high] = [Math.min(...ends), Math.max(...ends)];
  const range = interval ? `, 95 % interval ${changeText(metric, low)} to ${changeText(metric, high)}` : "";
  const allowed = margin > 0 ? `, allowed loss ${limitText(metric, margin)}` : "";
  const band: [number, number] = sign > 0 ? [-margin, 0] : [0, margin];
  return {
    ...{ low, high, at, mark: 0, markText: "no change" },
    ...(margin > 0 ? { band } : {}),
    text: `${name}: ${changeText(metric, at)}${range}${allowed}`,
  };
}

function meanChart(metric: MetricVerdict): Chart | undefined {
  const { headMean: at, floor, name } = metric;
  // A plain number without a bound has nothing to be seen against.
  if (at === undefined || (metric.scale === "number" && !floor)) return undefined;
  const { low, high } = floor?.interval ?? { low: at, high: at };
  const range = floor?.interval ? `, 95 % interval ${meanText(metric, low)} to ${meanText(metric, high)}` : "";
  const bound = floor ? `, floor ${meanText(metric, floor.threshold)}` : "";
  return {
    ...{ low, high, at },
    ...(floor ? { mark: floor.threshold } : {}),
    ...(metric.scale === "number" ? {} : { axis: [0, 1] satisfies [number, number] }),
    markText: "floor",
    text: `${name}: ${meanText(metric, at)}${range}${bound}`,
  };
}
