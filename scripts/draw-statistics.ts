import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { messageOf } from "../src/shared/errors.ts";
import type { CaseScores, Verdict } from "../src/shared/gate/comparison.ts";
import { decideSuite } from "../src/shared/gate/decide.ts";
import { type GateShares, simulateGate } from "./simulate/gate.ts";

const INK = "#1f2328";
const FAINT = "#8c959f";
const COLOURS: Record<Verdict, string> = {
  pass: "#1a7f37",
  inconclusive: "#9a6700",
  regressed: "#cf222e",
  notEvaluated: "#6e7781",
};
const MARGIN = 5;

interface Example {
  label: string;
  cases: number;
  losses: number;
  gains: number;
}

/** Suites whose verdicts the picture explains, decided by the function that the gate calls. */
const EXAMPLES: Example[] = [
  { label: "400 cases, 8 lost, 7 won", cases: 400, losses: 8, gains: 7 },
  { label: "400 cases, 10 lost, 2 won", cases: 400, losses: 10, gains: 2 },
  { label: "60 cases, 2 lost, 1 won", cases: 60, losses: 2, gains: 1 },
  { label: "60 cases, 6 lost, 2 won", cases: 60, losses: 6, gains: 2 },
  { label: "200 cases, 28 lost, 3 won", cases: 200, losses: 28, gains: 3 },
];

function decided({ cases, losses, gains }: Example) {
  const scores = Array.from({ length: cases }, (_, i): CaseScores => {
    const [base, head] = i < losses ? [1, 0] : i < losses + gains ? [0, 1] : [1, 1];
    const plain = { segments: {}, mustPass: false, weight: 1, unchanged: false };
    return { caseId: `${i}`, ...plain, base: [base], head: [head] };
  });
  const metric = { name: "metric", scale: "binary", better: "higher", primary: true, blocking: true } as const;
  const suite = decideSuite({ suite: "example", metrics: [{ ...metric, margin: MARGIN / 100, cases: scores }] });
  const comparison = suite.metrics[0]?.comparison;
  if (!comparison?.interval) throw new Error("an example has no interval");
  return { verdict: suite.verdict, difference: comparison.difference * 100, interval: comparison.interval };
}

function text(x: number, y: number, content: string, rest = ""): string {
  return `<text x="${x}" y="${y}" ${rest}>${content.replaceAll("&", "&amp;").replaceAll("<", "&lt;")}</text>`;
}

function line(x1: number, y1: number, x2: number, y2: number, colour: string, rest = ""): string {
  const at = [x1, y1, x2, y2].map((value) => value.toFixed(1));
  return `<line x1="${at[0]}" y1="${at[1]}" x2="${at[2]}" y2="${at[3]}" stroke="${colour}" ${rest}/>`;
}

/** Intervals of the examples against the margin. */
function intervals(top: number): string[] {
  const x = (points: number) => 300 + (points + 22) * 11.5;
  const bottom = top + 60 + EXAMPLES.length * 30;
  const parts = [
    text(20, top, "What one comparison shows: the change from base to head, in points", 'font-weight="600"'),
    text(x(-MARGIN), top + 26, "margin: 5 points lost", `text-anchor="end" fill="${COLOURS.regressed}"`),
    text(x(0) + 4, top + 26, "nothing changed", `fill="${FAINT}"`),
    line(x(-MARGIN), top + 32, x(-MARGIN), bottom, COLOURS.regressed, 'stroke-dasharray="4 3"'),
    line(x(0), top + 32, x(0), bottom, FAINT),
  ];
  for (const [i, example] of EXAMPLES.entries()) {
    const { verdict, difference, interval } = decided(example);
    const y = top + 54 + i * 30;
    const colour = COLOURS[verdict];
    parts.push(
      text(20, y + 4, example.label),
      line(x(interval.low * 100), y, x(interval.high * 100), y, colour, 'stroke-width="3"'),
      `<circle cx="${x(difference).toFixed(1)}" cy="${y}" r="5" fill="${colour}"/>`,
      text(680, y + 4, verdict, `fill="${colour}" font-weight="600"`),
    );
  }
  for (let points = -20; points <= 10; points += 5) {
    parts.push(text(x(points), bottom + 16, `${points}`, `text-anchor="middle" fill="${FAINT}"`));
  }
  return parts;
}

/** Bars of pass, inconclusive and blocked by suite size. */
function bars(shares: GateShares[], title: string, left: number, top: number): string[] {
  const parts = [text(left, top, title, 'font-weight="600"')];
  const width = 240;
  for (const [i, share] of shares.entries()) {
    const y = top + 18 + i * 26;
    parts.push(text(left, y + 13, `${share.cases} cases`));
    let x = left + 78;
    for (const [verdict, part] of [
      ["pass", share.pass],
      ["inconclusive", share.inconclusive],
      ["regressed", share.blocked],
    ] as const) {
      parts.push(
        `<rect x="${x.toFixed(1)}" y="${y}" width="${(part * width).toFixed(1)}" height="18" fill="${COLOURS[verdict]}"/>`,
      );
      const shown = `${Math.round(part * 100)} %`;
      if (part >= 0.12) parts.push(text(x + (part * width) / 2, y + 13, shown, 'text-anchor="middle" fill="#ffffff"'));
      x += part * width;
    }
  }
  return parts;
}

function legend(y: number): string[] {
  return (["pass", "inconclusive", "regressed"] as const).flatMap((verdict, i) => [
    `<rect x="${20 + i * 150}" y="${y - 11}" width="14" height="14" fill="${COLOURS[verdict]}"/>`,
    text(40 + i * 150, y, verdict === "regressed" ? "regressed (blocked)" : verdict),
  ]);
}

function picture(shares: GateShares[]): string {
  const of = (scenario: string) => shares.filter((share) => share.scenario === scenario);
  const parts = [
    ...intervals(28),
    text(
      20,
      292,
      "What many gates do: suites resampled from real recorded runs, three blocking metrics",
      'font-weight="600"',
    ),
    ...bars(of("nothing changed, margin auto"), "Nothing changed, margin: auto", 20, 320),
    ...bars(of("loses 17 points, margin 5"), "17 points lost, margin 5", 420, 320),
    ...legend(484),
  ];
  const size = 'width="800" height="504" viewBox="0 0 800 504"';
  const font = 'font-family="system-ui, sans-serif" font-size="13"';
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" ${size} ${font} fill="${INK}" role="img" aria-label="Verdicts explained">`,
    '<rect width="800" height="504" fill="#ffffff"/>',
    ...parts,
    "</svg>",
    "",
  ].join("\n");
}

/** Draws docs/statistics.svg from the decision itself and from gates played on real rows (`ASSAY_DATA`). */
try {
  const shares = simulateGate({ gates: 400, sizes: [20, 40, 60, 100, 200], repeats: [1], seed: 1 });
  const file = join(import.meta.dirname, "..", "docs", "statistics.svg");
  writeFileSync(file, picture(shares));
  console.log(`Drew ${file}`);
} catch (error) {
  console.error(messageOf(error));
  process.exitCode = 1;
}
