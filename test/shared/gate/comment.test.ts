import { describe, expect, test } from "vitest";
import { renderComment, renderWaiting } from "../../../src/shared/gate/comment.ts";
import { isGateComment } from "../../../src/shared/gate/comment-marker.ts";
import type { GateReport } from "../../../src/shared/gate/report.ts";
import { cases, metric, suite } from "./comparisons.ts";
import { readMarkdown } from "./read-markdown.ts";
import {
  baseSha,
  fallingSuite,
  figures,
  flip,
  headSha,
  judged,
  promptDiff,
  reportOf,
  scenarios,
  worstCase,
} from "./reports.ts";

const titleOf = (markdown: string) => markdown.split("\n")[1] ?? "";
/** Cells of a metric's row, as they are read. */
function rowOf(markdown: string, metricName: string): string[] {
  const line = markdown.split("\n").find((own) => own.startsWith(`| \`${metricName}\``)) ?? "";
  return line
    .split("|")
    .slice(1, -1)
    .map((cell) => cell.trim().replaceAll("\u00a0", " "));
}
const places = (markdown: string, parts: string[]) => parts.map((part) => markdown.indexOf(part));

describe("every scenario", () => {
  test.each(Object.entries(scenarios))("%s is whole, short enough and the same twice", (_, make) => {
    const markdown = renderComment(make());
    expect(renderComment(make())).toBe(markdown);
    expect(markdown.length).toBeLessThanOrEqual(60_000);
    expect(isGateComment(markdown)).toBe(true);
    const { brokenTables, strangeTags, openTags } = readMarkdown(markdown);
    expect({ brokenTables, strangeTags }).toEqual({ brokenTables: [], strangeTags: [] });
    for (const tag of ["details", "summary", "table", "td", "code", "sub"])
      expect(openTags[tag]).toBe(openTags[`/${tag}`]);
    expect(markdown).not.toMatch(/undefined|NaN|Infinity|\[object/);
    expect(markdown).toContain(headSha);
  });
});

test("tokens that no answer told are unknown, not zero, and what is told in part is not compared", () => {
  const none = figures("base", { inputTokens: 0, outputTokens: 0, withoutUsage: 300 });
  const some = figures("head", { withoutUsage: 3 });
  const tokensIn = (...sides: (typeof none)[]) =>
    /^\| tokens in .*$/m.exec(renderComment({ ...scenarios.pass(), figures: sides }))?.[0].replaceAll("\u00a0", " ");
  expect(tokensIn(none, some)).toBe("| tokens in | – | 96,270 |  |");
  expect(tokensIn(figures("base"), some)).toBe("| tokens in | 96,270 | 96,270 |  |");
  expect(tokensIn(figures("base"), figures("head"))).toBe("| tokens in | 96,270 | 96,270 | ±0 % |");
});

describe("the first line", () => {
  test.each<[keyof typeof scenarios, string]>([
    ["pass", "### ✅ Passed: 2 metrics on 300 cases"],
    ["regressed", "### ❌ Blocked: groundedness fell 30 points (allowed: 5) to 70 %, below its floor of 85 %"],
    ["notEvaluated", "### ⏳ Not evaluated: 36 of 720 calls failed (HTTP 503)"],
    ["observe", "### ⚠️ Observe only, would be blocked: groundedness fell 30 points"],
    [
      "edited",
      "### ❌ Blocked: groundedness fell 30 points (allowed: 5) to 70 %, below its floor of 85 %, under the base's rules",
    ],
    [
      "findings",
      "### ❌ Blocked: prompts/refunds.prompt.md:1 no suite with thresholds covers this prompt (and 1 more finding)",
    ],
    [
      "inconclusiveBlocked",
      "### ❌ Blocked as inconclusive: groundedness fell 10 points (allowed: 5), which may be chance",
    ],
    ["manySuites", "### ❌ Blocked: suite-41 on assistant: groundedness fell 30 points"],
    ["baseline", "### ✅ Baseline recorded: 2 metrics on 300 cases"],
  ])("%s", (name, start) => {
    expect(titleOf(renderComment(scenarios[name]()))).toContain(start);
  });

  test("an inconclusive gate says what it would have seen", () => {
    expect(titleOf(renderComment(scenarios.inconclusive()))).toMatch(
      /⚠️ Inconclusive: .* only drops of [\d.]+ points or more would be seen/,
    );
  });

  test("a case that must pass is named once: in the first line, with what it failed", () => {
    const own = suite([metric([...cases("kept", 100, 1, 1), ...cases("held", 1, 1, 0, { mustPass: true })])]);
    const edits = ["evals/support.yaml: groundedness: margin 0.05 → 0.1"];
    const markdown = renderComment(reportOf([judged(own), judged(own, { rules: "head" })], { edits }));
    expect(titleOf(markdown)).toContain("Blocked: case held-0 must pass groundedness and did in 0 of 1 repeat");
    expect(markdown.split("held-0")).toHaveLength(2);
  });

  test("several cases that must pass, in several metrics, have a line each", () => {
    const held = [...cases("kept", 100, 1, 1), ...cases("held", 3, 0, 0, { mustPass: true })];
    const markdown = renderComment(
      reportOf([judged(suite([metric(held), metric(held, { name: "format", primary: false })]))]),
    );
    const first = "case held-0 must pass groundedness and did in 0 of 1 repeat, which the base fails too";
    expect(titleOf(markdown)).toContain(`${first} (and 2 more cases); also format`);
    expect(markdown).toContain("- must pass: the first line's case passed `format` in 0 of 1 repeat (the base");
    for (const id of ["held-0", "held-1", "held-2"]) expect(markdown.split(id)).toHaveLength(2);
  });

  test("a case that must pass is named in its own table where a loss is what the first line says", () => {
    const own = [...cases("kept", 70, 1, 1), ...cases("lost", 30, 1, 0), ...cases("held", 1, 1, 0, { mustPass: true })];
    const markdown = renderComment(reportOf([judged(suite([metric(own)]))]));
    expect(titleOf(markdown)).not.toContain("held-0");
    expect(markdown).toContain("- must pass: case `held-0` passed `groundedness` in 0 of 1 repeat");
    expect(markdown.split("held-0")).toHaveLength(2);
  });

  test("a missed floor without a loss beyond the margin is what blocks", () => {
    const own = suite([
      metric([...cases("kept", 60, 1, 1), ...cases("bad", 40, 0, 0)], { threshold: 0.85, margin: 0.05 }),
    ]);
    expect(titleOf(renderComment(reportOf([judged(own)])))).toContain("Blocked: groundedness is 60 % (floor: 85 %)");
  });

  test("where lower is better a loss rises", () => {
    const own = suite([
      metric([...cases("slow", 60, 1, 2), ...cases("slower", 60, 1, 3)], {
        name: "latency",
        scale: "number",
        better: "lower",
        margin: 0.2,
        unit: "s",
      }),
    ]);
    const markdown = renderComment(reportOf([judged(own)]));
    expect(titleOf(markdown)).toContain("Blocked: latency rose 1.5 s (allowed: 0.2 s)");
    expect(rowOf(markdown, "latency")[3]).toMatch(/^\+1\.5 s<br>\(\+1\.\d+ to \+1\.\d+\)$/);
  });
});

describe("the metrics", () => {
  const markdown = renderComment(scenarios.regressed());

  test("the primary stands first and says so; what does not block says so", () => {
    expect(rowOf(markdown, "groundedness")).toEqual([
      "`groundedness` ↑ **primary**",
      "100 %",
      "70 %",
      expect.stringMatching(/^−30 points<br>\(−\d+(\.\d)? to −\d+(\.\d)?\)$/),
      "≥ 85 %",
      "5 points",
      "❌ regressed",
    ]);
    expect(rowOf(markdown, "format").at(-1)).toBe("✅ pass");
    expect(rowOf(markdown, "cost").at(-1)).toBe("shown only");
    const [primary = -1, second = -1] = places(markdown, ["| `groundedness`", "| `format`"]);
    expect(primary).toBeLessThan(second);
  });

  test("latency beside a stored base is shown and not compared", () => {
    expect(rowOf(markdown, "latency").slice(1)).toEqual([
      "0.8 s",
      "0.9 s",
      "not compared",
      "–",
      "0.05 s",
      "not compared",
    ]);
  });

  test("several runs: those that do not pass are open, the others folded and counted", () => {
    const many = renderComment(scenarios.manySuites());
    expect(many).toContain("- ❌ regressed: `suite-41` on `assistant`");
    expect(many).toContain("- ✅ pass: 59 other runs");
    expect(many).toContain("<details><summary>59 more runs</summary>");
    expect(many).toContain("(advisory)");
  });

  test("a new prompt is judged on absolute thresholds", () => {
    const fresh = renderComment(scenarios.newPrompt());
    expect(fresh).toContain("new, so judged on absolute thresholds, and becomes its own baseline");
    expect(rowOf(fresh, "groundedness")).toEqual([
      "`groundedness` ↑ **primary**",
      "–",
      "90 %",
      "–",
      "≥ 60 %",
      "–",
      "✅ pass",
    ]);
    expect(fresh).toContain("Cost and latency: head $0.047;");
  });

  test("cases without a score are named", () => {
    const own = suite([metric([...cases("kept", 200, 1, 1), ...cases("lost-answer", 2, 1, Number.NaN)])]);
    expect(renderComment(reportOf([judged(own)]))).toContain(
      "without a score, so left out on both sides: `lost-answer-0`, `lost-answer-1`",
    );
  });
});

describe("sections", () => {
  test("stand in the order in which a hurried reader needs them", () => {
    const report: GateReport = {
      ...scenarios.regressed(),
      edits: ["evals/support.yaml: removes 1 case: x"],
      findings: scenarios.findings().findings.filter(({ severity }) => severity === "warning"),
    };
    const at = places(renderComment(report), [
      "### ❌",
      "| metric |",
      "**This change edits the bar",
      "<summary>Prompt <code>assistant</code>",
      "**Cases that flipped**",
      "<summary>Cost and latency",
      "**Worth a look**",
      "<sub>Base ",
    ]);
    expect(at).not.toContain(-1);
    expect(at).toEqual(at.toSorted((a, b) => a - b));
  });

  test("the edits to the bar come with the verdict under both rules", () => {
    const markdown = renderComment(scenarios.edited());
    expect(markdown).toContain("- evals/support.yaml: groundedness: threshold 0.85 → 0.5");
    expect(markdown).toContain("| under the base's rules | under the pull request's own |");
    expect(markdown).toMatch(
      /\| `support` on `assistant` \| ❌ regressed: groundedness fell 30 points .*<br>floor of `groundedness` ≥ 85 %: missed \| ✅ pass<br>floor of `groundedness` ≥ 50 %: holds \|/,
    );
    expect(markdown).toContain("The worse one counts.");
  });

  test("a long list in an edit ends with a whole name and a count", () => {
    const ids = Array.from({ length: 1_500 }, (_, index) => `answerable-en-${index}`);
    const edits = [`evals/support.yaml: removes 1500 cases: ${ids.join(", ")}`];
    const [, named = "", more] =
      /removes 1500 cases: (.*) and (\d+) more$/m.exec(renderComment({ ...scenarios.edited(), edits })) ?? [];
    expect(named.split(", ")).toEqual(ids.slice(0, 1_500 - Number(more)));
    expect(named.split(", ").length).toBeGreaterThan(100);
  });

  test("a loss without a case that flipped says so; a pass and a new suite have nothing to say", () => {
    const none = "**Cases that flipped**: none";
    const fell = (rest = {}) => renderComment(reportOf([judged(fallingSuite(), rest)]));
    expect(fell()).toContain(none);
    expect(fell({ isNew: true })).not.toContain(none);
    expect(renderComment(scenarios.regressed())).not.toContain(none);
    expect(renderComment(scenarios.pass())).not.toContain(none);
  });

  test("cases that fail a floor without a base are shown with their answer and reason, the rest named", () => {
    const fails = Array.from({ length: 14 }, (_, index) => worstCase(`bad-${index}`));
    const markdown = renderComment({ ...scenarios.newPrompt(), worst: fails });
    expect(markdown).toContain("**Cases that fail**, the worst first:");
    expect(markdown.match(/<summary>❌ fails/g)).toHaveLength(5);
    expect(markdown).toContain("<summary>❌ fails: <code>bad-0</code> (language de), groundedness 0</summary>");
    expect(markdown).toContain("- `groundedness`: 1 of 1 claims unsupported");
    expect(markdown).toContain('<tr><th>head</th></tr><tr><td valign="top">As long as you like, my friend.</td></tr>');
    expect(markdown).toMatch(/Then: (`bad-\d+`, ){8}`bad-13`$/m);
  });

  test("a loss spread over repeats names the cases that fell most, side by side; beside flips only two", () => {
    const rest = { kind: "fell", baseScore: 1, headScore: 2 / 3, repeats: 3, baseOutput: "At most 24 hours." } as const;
    const worst = Array.from({ length: 6 }, (_, index) => worstCase(`part-${index}`, rest));
    const markdown = renderComment({ ...scenarios.inconclusive(), worst });
    expect(markdown).toContain("**Cases that flipped**: none");
    expect(markdown).toContain(
      "<summary>↘ fell: <code>part-0</code> (language de), groundedness 1 → 0.67 over 3 repeats</summary>",
    );
    expect(markdown.match(/<summary>↘ fell/g)).toHaveLength(5);
    const beside = renderComment({ ...scenarios.regressed(), worst });
    expect(beside.match(/<summary>↘ fell/g)).toHaveLength(2);
  });

  test("where nothing was evaluated it says what to do about it", () => {
    const { notEvaluated } = scenarios;
    expect(renderComment(notEvaluated())).toContain("“Re-run” on the check asks for what is missing");
    const refused = renderComment({ ...notEvaluated(), failures: ["9 × HTTP 404: DeploymentNotFound"] });
    expect(refused).toContain("Correct the prompt's `model` or `parameters`");
    expect(refused).not.toContain("“Re-run”");
    const over = renderComment({ ...notEvaluated(), failures: [], comparisons: [] });
    expect(over).toContain("raise the limit in a pull request of its own");
  });

  test("what only observes says so of findings too", () => {
    const { verdict, ...rest } = scenarios.findings();
    const observed = renderComment({ ...rest, mode: "observe", verdict: { ...verdict, conclusion: "neutral" } });
    expect(titleOf(observed)).toContain("Observe only, would be blocked: prompts/refunds.prompt.md:1");
  });

  test("the prompt's diff is by role and parameter, its unchanged part folded", () => {
    const markdown = renderComment(scenarios.regressed());
    expect(markdown).toContain(
      "<code>assistant</code>, 1.0.0 → 1.1.0: system +2 −2 lines, parameters&#46;temperature".replace("&#46;", "."),
    );
    expect(markdown).toContain("- `parameters.temperature`: `0.2` → `0.7`");
    const [diff = ""] = readMarkdown(markdown).fences;
    expect(diff.split("\n")).toEqual([
      "- Be brief.",
      "+ Be warm.",
      "  Rule 1: stay polite.",
      "  Rule 2: stay polite.",
      "@@ 8 unchanged lines @@",
      "  Rule 11: stay polite.",
      "  Rule 12: stay polite.",
      "- Stay with the documents.",
      "+ Have fun.",
    ]);
  });

  test("a paragraph in one line is broken between words, every part with its sign", () => {
    const [diff = ""] = readMarkdown(
      renderComment(reportOf([], { diffs: [promptDiff("Short.", "many words ".repeat(60).trim())] })),
    ).fences;
    const lines = diff.split("\n");
    expect(lines.filter((line) => line.startsWith("+ ")).length).toBeGreaterThan(5);
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(104);
    expect(
      lines
        .filter((line) => line.startsWith("+ "))
        .map((line) => line.slice(2).trim())
        .join(" "),
    ).toBe("many words ".repeat(60).trim());
  });

  test("a version that was not raised is said", () => {
    const diff = { ...promptDiff("a", "b", [0.2, 0.2]), headVersion: "1.0.0" };
    expect(renderComment(reportOf([], { diffs: [diff] }))).toContain(
      "<code>assistant</code>, 1.0.0, not raised: system +1 −1 lines</summary>",
    );
  });

  test("hidden text in a prompt is made visible", () => {
    const hidden = [..."obey"].map((letter) => String.fromCodePoint(0xe0000 + letter.charCodeAt(0))).join("");
    const [diff] = readMarkdown(
      renderComment(reportOf([], { diffs: [promptDiff("Be kind.", `Be kind.${hidden}`)] })),
    ).fences;
    expect(diff).toContain("+ Be kind.⟨4 invisible characters from U+E006F⟩");
  });

  test("flips: five at most, side by side, the worst first, the rest named and all counted", () => {
    const markdown = renderComment(scenarios.hundredsOfFlips());
    expect(markdown).toContain("**Cases that flipped**: groundedness 300 lost, 100 won");
    expect(markdown.match(/<summary>(❌ lost|✅ won)/g)).toHaveLength(5);
    expect(markdown).toContain(
      "<details open><summary>❌ lost: <code>lost-0</code> (language de), groundedness 1 → 0</summary>",
    );
    expect(markdown).toContain('<td width="50%" valign="top">At most 24 hours.</td>');
    expect(markdown).toMatch(/Not shown: (`lost-\d+`, ){11}`lost-\d+` and 383 more/);
    expect(markdown).toContain("more characters)");
  });

  test("a case that flipped in two metrics with the same answers is shown once", () => {
    const flips = [flip("a"), flip("b"), flip("b", { metric: "refusal", reason: "it answers" })];
    const markdown = renderComment({ ...scenarios.regressed(), flips });
    expect(markdown.match(/<summary>❌ lost/g)).toHaveLength(2);
    expect(markdown).toContain("<code>b</code> (language de), groundedness 1 → 0, refusal 1 → 0");
    expect(markdown).toContain("- `refusal`: it answers");
    const [b = 0, a = 0] = places(markdown, ["<code>b</code>", "<code>a</code> (language"]);
    expect(b).toBeLessThan(a);
  });

  test("cost: what is unknown is said, who answered, calls made and reused, cost a call compared", () => {
    const markdown = renderComment(scenarios.regressed());
    expect(markdown).toContain(
      "<summary>Cost and latency: base $0.047 + 3 calls of unknown price, head $0.076 (+61 % a call); 300 calls made, 300 reused</summary>",
    );
    expect(markdown).toContain("| answered by | gpt-4.1-mini-2025-04-14 × 300 | gpt-4.1-mini-2025-04-14 × 300 |");
    expect(markdown).toContain("| calls | 0 made, 300 reused | 300 made, 0 reused |");
    expect(markdown).toContain("| stopped by the content filter | 3 | 0 |");
    expect(markdown).toContain("| latency p50 | 842 ms | 961 ms | +14 % |");
    expect(markdown).toContain("| latency p95 | 2.42 s | 2.42 s | ±0 % |");
  });

  test("a price that nobody knows is no zero", () => {
    const unknown = [
      figures("base", { unpriced: 300, costNanoUsd: 0 }),
      figures("head", { unpriced: 300, costNanoUsd: 0 }),
    ];
    const markdown = renderComment({ ...scenarios.pass(), figures: unknown });
    expect(markdown).toContain("Cost and latency: base price unknown, head price unknown;");
    expect(markdown).toContain("| cost per 1,000 calls | unknown | unknown |");
    expect(markdown).not.toContain("$0");
  });

  test("inconclusive: what it would take, in cases and repeats", () => {
    const markdown = renderComment(scenarios.inconclusive());
    expect(markdown).toContain("**What it would take to be sure**");
    expect(rowOf(markdown.slice(markdown.indexOf("**What it would take")), "groundedness")).toEqual([
      "`groundedness`",
      "−10 points",
      "5 points",
      expect.stringMatching(/^[\d.]+ points$/),
      expect.stringMatching(/^20, needs \d+$/),
      expect.any(String),
    ]);
  });

  test("findings link to their line at this commit, with code and mend", () => {
    const markdown = renderComment(scenarios.findings());
    expect(markdown).toContain(
      `- [\`prompts/refunds.prompt.md:1:1\`](/acme/support/blob/${headSha}/prompts/refunds.prompt.md#L1) no suite with thresholds covers this prompt. **Mend:** name it in \`prompts:\` of a suite under evals/ (\`prompt/not-covered\`)`,
    );
    expect(readMarkdown(markdown).links).toContain(`/acme/support/blob/${headSha}/evals/support%20%28old%29.yaml#L12`);
  });

  test("the footer says what was compared, under which policy and whose", () => {
    const markdown = renderComment({ ...scenarios.pass(), okBy: "maria" });
    expect(markdown).toContain(
      `<sub>Base ${baseSha}, compared with the changes of ${headSha} on top of it · allowed by maria · policy: \`enforce\`, from \`assay.yaml\` on the base branch · gate \`pull-7-2-98e944c8de\`</sub>`,
    );
  });

  test("observe says why it only observes", () => {
    expect(renderComment(scenarios.observe())).toContain(
      "blocks nothing: the base branch has no `assay.yaml` yet, so this pull request's own is tried out.",
    );
  });

  test("an infrastructure failure is never the prompt's", () => {
    const markdown = renderComment(scenarios.notEvaluated());
    expect(markdown).toContain("This says nothing about the prompt");
    expect(markdown).toContain("- 34 × HTTP 503: The service is unavailable");
  });
});

describe("a fork that waits", () => {
  test("names exactly the commit to allow", () => {
    const markdown = renderWaiting(headSha);
    expect(isGateComment(markdown)).toBe(true);
    expect(markdown).toContain(`\`\`\`\n/ok-to-test ${headSha}\n\`\`\``);
  });
});
