import { answerTable } from "./answer-table.ts";
import type { MetricVerdict } from "./comparison.ts";
import type { Block } from "./fit-blocks.ts";
import { code, details, html, inline } from "./markdown.ts";
import type { Flip, GateReport, JudgedComparison } from "./report.ts";
import { listed, meanText } from "./units.ts";

const mostShown = 5;
const mostNamed = 12;

/** Cases that changed sides of a metric's pass line, outputs side by side, the worst first. */
export function flipBlock(report: GateReport): Block {
  const cases = flippedCases(report.flips);
  const name = "the cases that flipped";
  if (cases.length === 0) return { name, texts: lostWithoutFlip(report) ? [noFlip] : [] };
  const metricOf = (flip: Flip) => metricNamed(report.comparisons, flip);
  const title = `**Cases that flipped**: ${totals(report)}`;
  const open = report.verdict.verdict === "regressed";
  const text = (shown: number, chars: number) => {
    const blocks = cases.slice(0, shown).map((own, index) => caseBlock(own, metricOf, chars, open && index === 0));
    const shownIds = new Set(cases.slice(0, shown).map(([first]) => keyOf(first)));
    const rest = restOf(report, shownIds);
    const more =
      rest.length > 0
        ? [
            `${shown > 0 ? "Not shown" : "They are"}: ${listed(
              rest.map((id) => code(id)),
              mostNamed,
            )}`,
          ]
        : [];
    return [title, ...blocks, ...more].join("\n\n");
  };
  return { name, texts: [text(mostShown, 900), text(mostShown, 500), text(2, 400), text(0, 0)] };
}

const noFlip =
  "**Cases that flipped**: none; what moved is spread over cases that stay on their side of the pass line.";

/** A new suite or prompt has no base to flip from. */
function lostWithoutFlip({ comparisons }: GateReport): boolean {
  return comparisons.some(({ isNew, verdict: { verdict } }) => !isNew && /^(?:regressed|inconclusive)$/.test(verdict));
}

type FlippedCase = [Flip, ...Flip[]];

const keyOf = ({ suite, prompt, caseId }: Flip) => JSON.stringify([suite, prompt, caseId]);

/** A case that flipped in several metrics is shown once, where its answers are the same; losses first, the largest first. */
function flippedCases(flips: readonly Flip[]): FlippedCase[] {
  const lost = ({ direction }: Flip) => Number(direction === "passToFail");
  const size = ({ baseScore, headScore }: Flip) => Math.abs(headScore - baseScore) || 0;
  const groups = new Map<string, FlippedCase>();
  for (const flip of flips.toSorted((a, b) => lost(b) - lost(a) || size(b) - size(a))) {
    const key = JSON.stringify([keyOf(flip), flip.baseOutput, flip.headOutput]);
    const known = groups.get(key);
    if (known) known.push(flip);
    else groups.set(key, [flip]);
  }
  // What is lost in several metrics at once is worse than the same loss in one.
  return [...groups.values()].toSorted((a, b) => lost(b[0]) - lost(a[0]) || b.length - a.length);
}

function metricNamed(comparisons: readonly JudgedComparison[], flip: Flip): MetricVerdict | undefined {
  const own = comparisons.find(({ suite, prompt }) => suite === flip.suite && prompt === flip.prompt);
  return own?.verdict.metrics.find(({ name }) => name === flip.metric);
}

/** The first comparison of every suite and prompt: the one whose flips are shown. */
function shownComparisons({ comparisons, flips }: GateReport): JudgedComparison[] {
  const pairs = new Map(comparisons.toReversed().map((own) => [JSON.stringify([own.suite, own.prompt]), own]));
  return [...pairs.values()].filter(({ suite, prompt }) =>
    flips.some((flip) => flip.suite === suite && flip.prompt === prompt),
  );
}

/** "groundedness 30 lost, 2 won; refusal 29 lost": over all cases, not only those that are shown. */
function totals(report: GateReport): string {
  const said = shownComparisons(report).flatMap(({ verdict }) =>
    verdict.metrics
      .filter(({ blocking, passToFail, failToPass }) => blocking && passToFail.length + failToPass.length > 0)
      .map(({ name, passToFail, failToPass }) => {
        const parts = [
          ...(passToFail.length > 0 ? [`${passToFail.length} lost`] : []),
          ...(failToPass.length > 0 ? [`${failToPass.length} won`] : []),
        ];
        return `${inline(name, 60)} ${parts.join(", ")}`;
      }),
  );
  if (said.length > 0) return said.length > 8 ? `${said.slice(0, 8).join("; ")}; …` : said.join("; ");
  const lost = report.flips.filter(({ direction }) => direction === "passToFail").length;
  return `${lost} lost, ${report.flips.length - lost} won`;
}

/** Ids of flipped cases that have no block of their own, losses first. */
function restOf(report: GateReport, shown: ReadonlySet<string>): string[] {
  const known = report.flips.map((flip) => [keyOf(flip), flip.caseId] as const);
  const all = (["passToFail", "failToPass"] as const).flatMap((direction) =>
    shownComparisons(report).flatMap(({ suite, prompt, verdict }) =>
      verdict.metrics
        .filter(({ blocking }) => blocking)
        .flatMap((metric) =>
          metric[direction].map((caseId) => [JSON.stringify([suite, prompt, caseId]), caseId] as const),
        ),
    ),
  );
  const rest = new Map([...known, ...all].filter(([key]) => !shown.has(key)));
  return [...rest.values()];
}

function caseBlock(
  flips: FlippedCase,
  metricOf: (flip: Flip) => MetricVerdict | undefined,
  chars: number,
  open: boolean,
): string {
  const [first] = flips;
  const { caseId, segments, input, baseOutput, headOutput, direction } = first;
  const where = Object.entries(segments).map(([dimension, value]) => `${dimension} ${value}`);
  const scores = (flip: Flip) =>
    `${flip.metric} ${scoreText(metricOf(flip), flip.baseScore)} → ${scoreText(metricOf(flip), flip.headScore)}`;
  const outcome = direction === "passToFail" ? "❌ lost" : "✅ won";
  const title = `${outcome}: <code>${html(caseId, 120)}</code>${where.length > 0 ? ` (${html(where.join(", "), 120)})` : ""}, ${html(flips.slice(0, 6).map(scores).join(", "), 300)}`;
  const reasons = flips.flatMap(({ metric, reason }) =>
    reason ? [`- ${code(metric, 60)}: ${inline(reason, 300)}`] : [],
  );
  const sides = answerTable({ input, baseOutput, headOutput }, chars);
  return details(title, [...(reasons.length > 0 ? [reasons.slice(0, 6).join("\n")] : []), sides].join("\n\n"), {
    open,
  });
}

function scoreText(metric: MetricVerdict | undefined, score: number): string {
  return metric?.scale === "number" ? meanText(metric, score) : String(Number(score.toFixed(2)));
}
