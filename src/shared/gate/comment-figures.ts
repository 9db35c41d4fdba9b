import type { Block } from "./fit-blocks.ts";
import { code, details, inline, table } from "./markdown.ts";
import type { GateReport, SideFigures } from "./report.ts";
import { count, duration, listed, percentChange, usd } from "./units.ts";

const mostTables = 8;

/** What was asked, who answered, what it cost and how long it took, base and head. */
export function figuresBlock({ figures }: GateReport): Block {
  const name = "cost and latency";
  if (figures.length === 0) return { name, texts: [] };
  const pairs = [...Map.groupBy(figures, ({ suite, prompt }) => JSON.stringify([suite, prompt])).values()];
  const text = (most: number) => {
    const tables = pairs.slice(0, most).map((sides) => pairTable(sides, pairs.length > 1));
    const more =
      pairs.length > most ? [`… and ${count(pairs.length - most, "more run")}, part of the sums above.`] : [];
    return details(summary(figures), [...tables, ...more].join("\n\n"));
  };
  return { name, texts: [text(mostTables), text(1), summary(figures)] };
}

function summary(figures: readonly SideFigures[]): string {
  const [base, head] = (["base", "head"] as const).map((side) => totalOf(figures.filter((own) => own.side === side)));
  const change = percentChange(perCall(base), perCall(head));
  const cost = base
    ? `base ${costText(base)}, head ${costText(head)}${change ? ` (${change} a call)` : ""}`
    : `head ${costText(head)}`;
  const made = figures.reduce((sum, { samples, reused }) => sum + samples - reused, 0);
  const reused = figures.reduce((sum, own) => sum + own.reused, 0);
  return `Cost and latency: ${cost}; ${count(made, "call")} made, ${reused.toLocaleString("en-US")} reused`;
}

type Sums = Pick<SideFigures, "samples" | "unpriced" | "costNanoUsd">;

function totalOf(figures: readonly SideFigures[]): Sums | undefined {
  if (figures.length === 0) return undefined;
  const sum = (key: keyof Sums) => figures.reduce((total, own) => total + own[key], 0);
  return { samples: sum("samples"), unpriced: sum("unpriced"), costNanoUsd: sum("costNanoUsd") };
}

/** Nano-USD a call, of the calls whose price is known. */
function perCall(sums: Sums | undefined): number | undefined {
  const priced = sums ? sums.samples - sums.unpriced : 0;
  return sums && priced > 0 ? sums.costNanoUsd / priced : undefined;
}

function costText(sums: Sums | undefined): string {
  if (!sums || sums.samples === 0) return "nothing";
  if (sums.unpriced >= sums.samples) return "price unknown";
  return `${usd(sums.costNanoUsd)}${sums.unpriced > 0 ? ` + ${count(sums.unpriced, "call")} of unknown price` : ""}`;
}

function pairTable(sides: readonly SideFigures[], several: boolean): string {
  const [base, head] = [sides.find(({ side }) => side === "base"), sides.find(({ side }) => side === "head")];
  const row = (label: string, read: (own: SideFigures) => string, change?: string) => [
    label,
    base ? read(base) : "–",
    head ? read(head) : "–",
    change ?? "",
  ];
  const numbers = (value: number) => value.toLocaleString("en-US");
  const change = (read: (own: SideFigures) => number | undefined) =>
    percentChange(base && read(base), head && read(head));
  const some = (read: (own: SideFigures) => number) => sides.some((own) => read(own) > 0);
  const perThousand = (own: SideFigures) => {
    const each = perCall(own);
    return each === undefined ? "unknown" : usd(each * 1000);
  };
  // What was not told is unknown, not zero; sums of which a part is unknown are shown and not compared.
  const tokens = (label: string, read: (own: SideFigures) => number) =>
    row(
      label,
      (own) => (own.withoutUsage >= own.samples ? "–" : numbers(read(own))),
      change((own) => (own.withoutUsage > 0 ? undefined : read(own))),
    );
  const latency = (ms: number | undefined) => (ms === undefined ? "–" : duration(ms));
  const rows = [
    row("prompt version", ({ promptVersion }) => (promptVersion ? inline(promptVersion, 40) : "none")),
    row("asked", ({ deployment, modelVersion }) => code(modelVersion ? `${deployment}@${modelVersion}` : deployment)),
    row("answered by", answeredBy),
    row("calls", ({ samples, reused }) => `${numbers(samples - reused)} made, ${numbers(reused)} reused`),
    row("cost", costText),
    row("cost per 1,000 calls", perThousand, change(perCall)),
    ...(sides.some(({ judged }) => judged) ? [row("judged by", judgedBy), row("cost of judging", judgingCost)] : []),
    tokens("tokens in", ({ inputTokens }) => inputTokens),
    tokens("tokens out", ({ outputTokens }) => outputTokens),
    ...(some((own) => own.withoutUsage) ? [row("answers without usage", (own) => numbers(own.withoutUsage))] : []),
    row("stopped by the content filter", (own) => numbers(own.filtered)),
    ...(some((own) => own.truncated) ? [row("cut at the token limit", (own) => numbers(own.truncated))] : []),
    row(
      "latency p50",
      (own) => latency(own.latencyP50),
      change((own) => own.latencyP50),
    ),
    row(
      "latency p95",
      (own) => latency(own.latencyP95),
      change((own) => own.latencyP95),
    ),
  ];
  const [first] = sides;
  const title = several && first ? `**${code(first.suite)} on ${code(first.prompt)}**\n\n` : "";
  const reused = some((own) => own.reused)
    ? "\n\n<sub>Reused answers keep the latency of the day on which they were made.</sub>"
    : "";
  return `${title}${table(["", "base", "head", "change"], rows, "lrrr")}${reused}`;
}

function judgedBy({ judged }: SideFigures): string {
  if (!judged) return "–";
  const calls = count(judged.calls, "call");
  return judged.by.length > 0
    ? `${listed(
        judged.by.map((model) => inline(model, 80)),
        4,
      )}, ${calls}`
    : calls;
}

function judgingCost({ judged }: SideFigures): string {
  return judged ? costText({ samples: judged.calls, unpriced: judged.unpriced, costNanoUsd: judged.costNanoUsd }) : "–";
}

function answeredBy({ answeredBy: models }: SideFigures): string {
  const named = Object.entries(models).map(
    ([model, times]) => `${inline(model, 80)} × ${times.toLocaleString("en-US")}`,
  );
  return named.length > 0 ? listed(named, 4) : "–";
}
