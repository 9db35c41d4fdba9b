import { describe, expect, test } from "vitest";
import { buildPlan } from "../../../src/shared/gate/build-plan.ts";
import { defaultPriceBook } from "../../../src/shared/prices/default-book.ts";
import { priceOf } from "../../../src/shared/prices/price-book.ts";
import { pricedAs } from "../../../src/shared/prices/priced-as.ts";
import { deployment, manifest } from "../releases/manifests.ts";
import { helloFiles, helloPrompt, readFiles } from "../repository/memory-repository.ts";
import { routeFile, rule } from "../routing/routes.ts";
import { planningGate, planOf, prompt } from "./plan-of.ts";

const release = "releases/chat.yaml";
const newer = deployment(3).replace("2025-04-14", "2025-09-01");
const aliased = {
  ...helloFiles,
  [prompt]: helloPrompt.replace("model: gpt-4.1@2025-04-14", "model: chat"),
  [release]: manifest(),
};
const routed = {
  ...aliased,
  [prompt]: helloPrompt.replace("model: gpt-4.1@2025-04-14", "route: chat"),
  "routing/chat.yaml": routeFile([rule("pro", "{ tier: pro }")]).replace("deployment: gpt-4.1,", "deployment: chat,"),
};

async function runs(base: Record<string, string>, head: Record<string, string>): Promise<string[]> {
  const { plan } = await planOf(base, head);
  expect(plan.findings.filter(({ severity }) => severity === "error")).toEqual([]);
  return plan.runs.map(
    ({ side, prompt: subject, deployment: called, modelVersion }) => `${side} ${subject} ${called} ${modelVersion}`,
  );
}
const withTargets = (targets: string, more = "") => ({ ...aliased, [release]: manifest({ targets, more }) });

describe("a manifest that moves an alias", () => {
  test("runs every suite of the prompts that name it, on the old and the new version, every case of it", async () => {
    expect(await runs(aliased, withTargets(newer))).toEqual([
      "base hello chat--v2 2025-04-14",
      "head hello chat--v3 2025-09-01",
    ]);
    const { plan, shards } = await planOf(aliased, withTargets(newer));
    expect(plan.comparisons.map(({ isNew, cases }) => [isNew, cases.length])).toEqual([[false, 2]]);
    expect(shards.map(({ items }) => items.map(({ request }) => request.deployment))).toEqual([
      ["chat--v2", "chat--v2"],
      ["chat--v3", "chat--v3"],
    ]);
    const digests = plan.runs.map(({ promptDigest }) => promptDigest);
    expect(digests).toEqual(Array(2).fill((await readFiles(aliased)).prompts[0]?.contentDigest));
  });

  test("reaches the prompts of a route whose target it is, on that target alone", async () => {
    const head = { ...routed, [release]: manifest({ targets: newer }) };
    expect(await runs(routed, head)).toEqual([
      "base hello@large chat--v2 2025-04-14",
      "head hello@large chat--v3 2025-09-01",
    ]);
  });

  test("runs nothing where no prompt reaches it, or where nothing that answers changed", async () => {
    const apart = { ...helloFiles, [release]: manifest() };
    expect(await runs(apart, { ...apart, [release]: manifest({ targets: newer }) })).toEqual([]);
    expect(await runs(aliased, withTargets(deployment(2).replace("capacity: 50", "capacity: 90")))).toEqual([]);
    expect(await runs(aliased, withTargets(deployment(2), "metadata: { why: tidier }\n"))).toEqual([]);
  });

  test("is priced as its model, and its parameters are sent", async () => {
    const { shards } = await planOf(aliased, withTargets(deployment(3, ", parameters: { temperature: 0 }")));
    expect(shards.map(({ items }) => items[0]?.request.temperature)).toEqual([undefined, 0]);
    const at = new Date("2026-11-21");
    expect(priceOf(defaultPriceBook, "chat--v3", at)).toBeUndefined();
    expect(priceOf(pricedAs(defaultPriceBook, shards), "chat--v3", at)).toEqual(
      priceOf(defaultPriceBook, "gpt-4.1", at),
    );
  });

  test("a route's target is priced as the model that it declares, and is the subject that it was", async () => {
    const { [release]: _, ...own } = routed;
    const route = "routing/chat.yaml";
    const planned = (target: string) =>
      planOf(own, { ...own, [route]: own[route].replace("deployment: chat,", target) });
    const { shards, plan } = await planned("deployment: chat-prod,");
    expect(shards.map(({ models }) => models)).toEqual([
      { chat: "gpt-4.1@2025-04-14" },
      { "chat-prod": "gpt-4.1@2025-04-14" },
    ]);
    expect(plan.runs.map(({ modelName }) => modelName)).toEqual([undefined, undefined]);
    const renamed = await planOf(own, {
      ...own,
      [route]: own[route].replace("deployment: chat, model: gpt-4.1,", "deployment: chat-prod, model: gpt-4.1-mini,"),
    });
    expect(renamed.shards.at(-1)?.models).toEqual({ "chat-prod": "gpt-4.1-mini@2025-04-14" });
    expect(renamed.plan.runs.map(({ subjectDigest }) => subjectDigest)).toEqual(
      plan.runs.map(({ subjectDigest }) => subjectDigest),
    );
  });

  test("is priced on both sides where a latency decides and they take turns", async () => {
    const suite = Object.keys(aliased).find((path) => path.startsWith("evals/") && path.endsWith(".yaml")) ?? "";
    const timed = (files: Record<string, string>) => ({
      ...files,
      [suite]: (files[suite] ?? "").replace(
        "evaluators:\n",
        "evaluators:\n  - { name: latency, uses: latency, margin: 1, primary: true }\n",
      ),
    });
    const { shards } = await planOf(timed(aliased), timed(withTargets(newer)));
    expect(shards.flatMap(({ items }) => items.map(({ request }) => request.deployment))).toEqual([
      "chat--v2",
      "chat--v3",
      "chat--v2",
      "chat--v3",
    ]);
    expect(shards.map(({ models }) => models)).toEqual([
      { "chat--v2": "gpt-4.1@2025-04-14", "chat--v3": "gpt-4.1@2025-09-01" },
    ]);
  });

  test("asks another deployment of that model while its own is still to be made", async () => {
    const lent = (n: number) => deployment(n, ", evaluateOn: chat-try");
    expect(await runs(aliased, withTargets(lent(3)))).toEqual([
      "base hello chat--v2 2025-04-14",
      "head hello chat-try 2025-04-14",
    ]);
    // What the base names is there.
    expect(await runs(withTargets(lent(2)), withTargets(lent(3)))).toEqual([
      "base hello chat--v2 2025-04-14",
      "head hello chat-try 2025-04-14",
    ]);
    const edited = { ...withTargets(lent(2)), [prompt]: aliased[prompt].replace("briefly", "warmly") };
    expect(await runs(withTargets(lent(2)), edited)).toEqual([
      "base hello chat--v2 2025-04-14",
      "head hello chat--v2 2025-04-14",
    ]);
  });

  test("is bound where a route names the versioned deployment itself", async () => {
    const lent = (n: number) => manifest({ targets: deployment(n, ", evaluateOn: chat-try") });
    const onto = (n: number) => ({
      ...routed,
      [release]: lent(n),
      "routing/chat.yaml": routed["routing/chat.yaml"].replace("deployment: chat,", `deployment: chat--v${n},`),
    });
    expect(await runs(onto(2), onto(3))).toEqual([
      "base hello@large chat--v2 2025-04-14",
      "head hello@large chat-try 2025-04-14",
    ]);
    // A route that stays where it is runs nothing.
    expect(await runs(onto(2), { ...onto(2), [release]: lent(3) })).toEqual([]);
    const edited = { ...onto(3), [prompt]: routed[prompt].replace("briefly", "warmly") };
    expect((await runs(onto(3), edited)).filter((run) => run.includes("large"))).toEqual([
      "base hello@large chat--v3 2025-04-14",
      "head hello@large chat--v3 2025-04-14",
    ]);
  });

  test("at a stage that does not serve is compared with itself, or with what serves", async () => {
    const staging = (targets: string) => ({
      "releases/try.yaml": manifest({ name: "try", stage: "staging", targets }),
    });
    const base = { ...aliased, ...staging(deployment(4)) };
    expect(await runs(base, { ...base, ...staging(deployment(5)) })).toEqual([
      "base hello (try) chat--v4 2025-04-14",
      "head hello (try) chat--v5 2025-04-14",
    ]);
    expect(await runs(aliased, { ...aliased, ...staging(newer) })).toEqual([
      "base hello (try) chat--v2 2025-04-14",
      "head hello (try) chat--v3 2025-09-01",
    ]);
    // A prompt alone runs where it serves.
    expect(await runs(base, { ...base, [prompt]: aliased[prompt].replace("briefly", "warmly") })).toEqual([
      "base hello chat--v2 2025-04-14",
      "head hello chat--v2 2025-04-14",
    ]);
  });

  test("in place is the same name with another version; an agent's prompt goes where the agent goes", async () => {
    const inPlace = (version: string) =>
      `  - { id: chat, kind: inPlace, alias: chat, to: { model: { name: gpt-4.1, version: "${version}" }, sku: { name: Standard, capacity: 5 }, contentFilter: strict, evaluateOn: chat-try } }\n`;
    expect(await runs(withTargets(inPlace("2025-04-14")), withTargets(inPlace("2025-09-01")))).toEqual([
      "base hello chat 2025-04-14",
      "head hello chat-try 2025-09-01",
    ]);
    const agent = (to: string) =>
      `${deployment(2)}${deployment(7).replaceAll("chat", "large")}  - { id: a, kind: agent, alias: helper, to: { version: "1", prompt: hello, deployment: ${to} } }\n`;
    const base = { ...helloFiles, [release]: manifest({ targets: agent("chat") }) };
    expect(await runs(base, { ...base, [release]: manifest({ targets: agent("large") }) })).toEqual([
      "base hello (agent helper) chat--v2 2025-04-14",
      "head hello (agent helper) large--v7 2025-04-14",
    ]);
  });

  test("a baseline runs on what serves", async () => {
    const { plan } = buildPlan(planningGate, { head: await readFiles(aliased) });
    expect(plan.runs.map(({ deployment: called }) => called)).toEqual(["chat--v2"]);
  });
});
