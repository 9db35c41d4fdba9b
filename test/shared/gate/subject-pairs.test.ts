import { describe, expect, test } from "vitest";
import { affected, pairsOf } from "../../../src/shared/gate/affected.ts";
import { helloFiles, helloPrompt, readFiles } from "../repository/memory-repository.ts";
import { routeFile, rule } from "../routing/routes.ts";
import { planOf, prompt } from "./plan-of.ts";

const route = "routing/chat.yaml";
const routed = {
  ...helloFiles,
  [prompt]: helloPrompt.replace("model: gpt-4.1@2025-04-14", "route: chat\nparameters: { temperature: 1, seed: 7 }"),
  [route]: routeFile([rule("pro", "{ tier: pro }")]),
};
const subjects = (pairs: ReturnType<typeof pairsOf>) => pairs.map(({ subject }) => subject);

describe("a prompt with a route", () => {
  test("runs on every target that its traffic can reach", async () => {
    expect(subjects(pairsOf(undefined, await readFiles(routed)))).toEqual(["hello@large", "hello@mini"]);
  });

  test("is touched by a route that moves its requests: old target against new, every case of every suite", async () => {
    const { plan, shards } = await planOf(routed, {
      ...routed,
      [route]: routeFile([rule("pro", "{ tier: pro }", "tiny")]),
    });
    expect(plan.findings.filter(({ severity }) => severity === "error")).toEqual([]);
    expect(plan.runs.map(({ side, prompt: subject, deployment }) => `${side} ${subject} ${deployment}`)).toEqual([
      "base hello@large→tiny gpt-4.1",
      "head hello@large→tiny own-tiny",
    ]);
    expect(plan.comparisons.map(({ isNew, cases }) => [isNew, cases.length])).toEqual([[false, 2]]);
    expect(shards.flatMap(({ items }) => items.map(({ request }) => request.deployment))).toEqual([
      "gpt-4.1",
      "gpt-4.1",
      "own-tiny",
      "own-tiny",
    ]);
  });

  test("is sent with the target's parameters over its own", async () => {
    const cool = routed[route].replace(
      "contextWindow: 200000",
      "contextWindow: 200000, parameters: { temperature: 0 }",
    );
    const { plan, shards } = await planOf(routed, { ...routed, [route]: cool });
    expect(plan.runs.map(({ prompt: subject }) => subject)).toEqual(["hello@large", "hello@large"]);
    expect(shards.map(({ items }) => items[0]?.request)).toMatchObject([
      { temperature: 1, seed: 7 },
      { temperature: 0, seed: 7 },
    ]);
  });

  test("that changes runs on all of them, each against itself", async () => {
    const head = { ...routed, [prompt]: routed[prompt].replace("briefly", "warmly") };
    const { plan } = await planOf(routed, head);
    expect(plan.runs.map(({ side, prompt: subject }) => `${side} ${subject}`)).toEqual([
      "base hello@large",
      "head hello@large",
      "base hello@mini",
      "head hello@mini",
    ]);
  });

  test("is not touched by what explains a rule, by another route, or by a route that nobody names", async () => {
    const other = { "routing/other.yaml": routed[route].replace("name: chat", "name: other") };
    const explained = routed[route].replace("measured better", "measured much better");
    const head = { ...routed, ...other, [route]: explained };
    expect(affected(await readFiles(routed), await readFiles(head))).toEqual([]);
  });

  test("that took its model before is compared with it", async () => {
    const { plan } = await planOf(helloFiles, routed);
    expect(plan.findings.filter(({ severity }) => severity === "error")).toEqual([]);
    expect(plan.runs.map(({ side, prompt: subject }) => `${side} ${subject}`)).toEqual([
      "base hello@gpt-4.1→large",
      "head hello@gpt-4.1→large",
      "base hello@gpt-4.1→mini",
      "head hello@gpt-4.1→mini",
    ]);
  });

  test("bad input: a route that does not exist, or that the change takes away, is a finding with its mend", async () => {
    const { [route]: _, ...gone } = routed;
    const findings = (await planOf(routed, gone)).plan.findings;
    expect(findings.map(({ code, line }) => `${code} ${line}`)).toEqual(["prompt/unknown-route 5"]);
    expect(findings[0]?.fix).toContain("routing/chat.yaml");
    const unrelated = {
      ...gone,
      "evals/cases.jsonl": `${gone["evals/cases.jsonl"]}{"question": "More?", "expected": "yes"}\n`,
    };
    expect((await planOf(gone, unrelated)).plan.findings.map(({ code }) => code)).toEqual(["prompt/unknown-route"]);
    expect((await planOf(gone, { ...gone, "README.md": "" })).plan.findings).toEqual([]);
  });

  test("bad input: a route that leaves a changed prompt without a target is told, though the change does not touch it", async () => {
    const broken = { ...routed, [route]: routeFile([], { pick: "nobody" }) };
    const { plan } = await planOf(broken, { ...broken, [prompt]: broken[prompt].replace("briefly", "warmly") });
    expect(plan.findings.map(({ code }) => code)).toContain("route/unknown-target");
    expect(plan.runs).toEqual([]);
  });

  test("bad input: an expired rule is told where the route changes, and holds up no change of a prompt", async () => {
    const expired = { ...routed, [route]: routed[route].replace("2027-01-31", "2026-11-01") };
    const codes = async (head: Record<string, string>) =>
      (await planOf(expired, head)).plan.findings.map(({ code }) => code);
    expect(await codes({ ...expired, [prompt]: expired[prompt].replace("briefly", "warmly") })).not.toContain(
      "route/expired-rule",
    );
    expect(await codes({ ...expired, [route]: expired[route].replace("measured", "found") })).toContain(
      "route/expired-rule",
    );
  });
});
