import type { MetricVerdict } from "../comparison.ts";
import type { Flip, GateReport, JudgedComparison, WorstCase } from "../report.ts";
import { count, duration } from "../units.ts";
import { classLines } from "./class-figures.ts";
import { configurationLines } from "./configuration-text.ts";
import { costText, judgingText } from "./cost-text.ts";
import { flipChart } from "./flip-chart.ts";
import { htmlStyle } from "./html-style.ts";
import { escaped, inOneLine } from "./html-text.ts";
import { intervalChart } from "./interval-chart.ts";
import { metricNotes } from "./metric-notes.ts";
import { figureColumns, metricRow, ranked, verdictText } from "./metric-row.ts";
import type { FailingSample, RunReport } from "./run-report.ts";

const mostFailing = 200;

/** One file that can be sent to a colleague: nothing is fetched, nothing in it runs, and every text of others is escaped. */
export function htmlReport(run: RunReport): string {
  const { report, line, subject, notes, failing } = run;
  const { verdict } = report.verdict;
  const body = [
    `<h1>${inOneLine(subject)}</h1>`,
    `<p class="soft">${inOneLine(report.repository)} · ${inOneLine(report.concludedAt)}</p>`,
    `<p class="verdict ${verdict}"><strong>${verdictText[verdict]}</strong> — ${inOneLine(line, 600)}</p>`,
    list([...notes, ...report.edits.map((edit) => `edits the bar: ${edit}`), ...report.failures]),
    preformatted(configurationLines(report)),
    ...report.comparisons.map((own) => comparisonHtml(own, run)),
    ...(run.classes ?? []).map((own) => preformatted(classLines(own))),
    flipsHtml(report.flips),
    worstHtml(report.worst ?? []),
    failingHtml(failing),
    figuresHtml(report),
  ];
  return [
    "<!doctype html>",
    '<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">',
    // Even if a text came through unescaped, nothing could run and nothing could be fetched.
    `<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">`,
    `<title>Assay: ${inOneLine(subject)}</title><style>${htmlStyle}</style></head>`,
    `<body><main>${body.filter(Boolean).join("\n")}</main></body></html>`,
    "",
  ].join("\n");
}

function preformatted(lines: readonly string[]): string {
  return lines.length === 0 ? "" : `<pre>${escaped(lines.join("\n"))}</pre>`;
}

function list(items: readonly string[]): string {
  return items.length === 0 ? "" : `<ul>${items.map((item) => `<li>${inOneLine(item, 1000)}</li>`).join("")}</ul>`;
}

function comparisonHtml(
  { suite, prompt, rules, cases, repeats, verdict }: JudgedComparison,
  { kind, report }: RunReport,
): string {
  const twice = report.comparisons.filter((own) => own.suite === suite && own.prompt === prompt).length > 1;
  const under = twice ? `, under ${rules === "base" ? "base’s" : "head’s own"} rules` : "";
  const columns = figureColumns(kind);
  const metrics = ranked(verdict.metrics);
  const head = ["metric", ...columns.map(([, title]) => title), "verdict"];
  const cells = (metric: MetricVerdict) => {
    const row = metricRow(metric);
    const verdictClass = metric.judged ? metric.verdict : "soft";
    return [
      `<th scope="row">${inOneLine(row.name, 80)}</th>`,
      ...columns.map(([key]) => `<td class="n">${inOneLine(row[key], 80)}</td>`),
      `<td class="${verdictClass}">${inOneLine(row.verdict, 120)}</td>`,
    ].join("");
  };
  const title = `${inOneLine(suite)}${prompt ? ` on ${inOneLine(prompt)}` : ""}${under}`;
  return [
    `<section><h2>${title} <span class="soft">(${count(cases, "case")} × ${count(repeats, "repeat")})</span></h2>`,
    `<div class="scroll"><table><thead><tr>${head.map((text) => `<th scope="col">${text}</th>`).join("")}</tr></thead>`,
    `<tbody>${metrics.map((metric) => `<tr>${cells(metric)}</tr>`).join("")}</tbody></table></div>`,
    '<p class="soft">↑ higher is better · ↓ lower is better · * primary</p>',
    list(metricNotes(verdict.metrics)),
    chartsHtml(metrics, kind),
    ...(flipChart(metrics) ? [`<h3>Cases lost and won</h3>${flipChart(metrics)}`] : []),
    "</section>",
  ].join("\n");
}

/** Below the table, not in it: there a window of ordinary width would hide what one looks at first. */
function chartsHtml(metrics: readonly MetricVerdict[], kind: RunReport["kind"]): string {
  const rows = metrics.flatMap((metric) => {
    const chart = intervalChart(metric);
    return chart ? [`<div>${inOneLine(metric.name, 80)}</div><div>${chart}</div>`] : [];
  });
  if (rows.length === 0) return "";
  const title = kind === "eval" ? "Means with their 95 % intervals" : "Changes with their 95 % intervals";
  const legend = '<p class="soft">dashed: no change, or the floor · shaded: the loss that counts as none</p>';
  return `<h3>${title}</h3><div class="charts">${rows.join("")}</div>${legend}`;
}

function flipsHtml(flips: readonly Flip[]): string {
  if (flips.length === 0) return "";
  const blocks = flips.map((flip) => {
    const { caseId, metric, direction, baseScore, headScore, input, baseOutput, headOutput, reason } = flip;
    const mark = direction === "passToFail" ? "lost" : "won";
    const title = `${mark}: <code>${inOneLine(caseId)}</code>, ${inOneLine(metric)} ${shown(baseScore)} → ${shown(headScore)}`;
    const why = reason ? `<p>${inOneLine(reason)}</p>` : "";
    const sides = [side("base", baseOutput), side("head", headOutput)].join("");
    return `<details><summary>${title}</summary>${why}<div class="sides">${sides}</div>${side("asked", input)}</details>`;
  });
  return `<section><h2>Cases that flipped (${flips.length})</h2>${blocks.join("\n")}</section>`;
}

function worstHtml(worst: readonly WorstCase[]): string {
  if (worst.length === 0) return "";
  const blocks = worst.map(
    ({ caseId, metric, kind, baseScore, headScore, input, baseOutput, headOutput, reason = "" }) => {
      const scores = [...(baseScore === undefined ? [] : [shown(baseScore)]), shown(headScore)].join(" → ");
      const title = `${kind}: <code>${inOneLine(caseId)}</code>, ${inOneLine(metric)} ${scores}`;
      const sides = [...(baseOutput === undefined ? [] : [side("base", baseOutput)]), side("head", headOutput)].join(
        "",
      );
      return `<details><summary>${title}</summary><p>${inOneLine(reason)}</p><div class="sides">${sides}</div>${side("asked", input)}</details>`;
    },
  );
  return `<section><h2>Worst cases that did not flip (${worst.length})</h2>${blocks.join("\n")}</section>`;
}

const side = (title: string, text: string) =>
  `<div><strong>${title}</strong><pre>${escaped(text, 4000) || "(empty)"}</pre></div>`;
const shown = (score: number) => String(Number(score.toFixed(3)));

function failingHtml(failing: readonly FailingSample[]): string {
  if (failing.length === 0) return "";
  const blocks = failing.slice(0, mostFailing).map(({ caseId, repeat, metric, score, reason = "", output }) => {
    const title = `<code>${inOneLine(caseId)}</code>${repeat > 0 ? ` #${repeat}` : ""}, ${inOneLine(metric)} ${score === undefined ? "no score" : shown(score)}`;
    return `<details><summary>${title}</summary><p>${inOneLine(reason)}</p>${side("answer", output)}</details>`;
  });
  const more = failing.length > mostFailing ? `<p>… and ${failing.length - mostFailing} more</p>` : "";
  return `<section><h2>Samples that did not pass (${failing.length})</h2>${blocks.join("\n")}${more}</section>`;
}

function figuresHtml({ figures }: GateReport): string {
  const rows = figures
    .filter(({ samples }) => samples > 0)
    .map((own) => {
      const { side: which, suite, prompt, deployment, samples, reused, latencyP50, latencyP95 } = own;
      const time = (ms: number | undefined) => (ms === undefined ? "–" : duration(ms));
      const cells = [
        which,
        `${suite} on ${prompt}`,
        deployment,
        String(samples),
        String(reused),
        costText(own),
        judgingText(own) ?? "–",
        time(latencyP50),
        time(latencyP95),
      ];
      return `<tr>${cells.map((cell, i) => `<td${i > 2 ? ' class="n"' : ""}>${inOneLine(cell)}</td>`).join("")}</tr>`;
    });
  if (rows.length === 0) return "";
  const head = ["side", "run", "asked", "samples", "from the cache", "cost", "judging", "latency p50", "p95"];
  return `<section><h2>Cost and latency</h2><div class="scroll"><table><thead><tr>${head.map((text) => `<th scope="col">${text}</th>`).join("")}</tr></thead><tbody>${rows.join("")}</tbody></table></div></section>`;
}
