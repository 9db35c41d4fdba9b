import { describe, expect, test } from "vitest";
import type { ChatRequest, ModelAnswer } from "../../../src/shared/evals/model-client.ts";
import type { Operation } from "../../../src/shared/releases/operation.ts";
import type { ReleaseState } from "../../../src/shared/releases/release-state.ts";
import { type SmokePorts, type SmokeVerdict, smokeRelease } from "../../../src/shared/releases/smoke-release.ts";
import type { Pointer, ProbeResult, TargetPort, TargetPorts } from "../../../src/shared/releases/target-port.ts";
import { aiRepository, casesFile, suiteFile } from "../../support/ai-repository.ts";
import { createMemoryGate, headSha, ref, repositoryId } from "../../support/memory-gate.ts";
import { deployment, manifest } from "./manifests.ts";

const smoke = (suite = "helper", cases = 5) => `smoke: { suites: [${suite}], cases: ${cases} }\n`;
const model = { format: "OpenAI", name: "gpt-4.1", version: "2025-04-14" };
const made: Pointer = { kind: "deployment", deployment: "chat--v2", model };
const served: ProbeResult = { kind: "answered", served: "gpt-4.1-2025-04-14", asExpected: true, latencyMs: 1 };

interface Given {
  files?: Record<string, string>;
  /** What the new deployment answers. */
  output?: () => string | undefined;
  probe?: ProbeResult;
  steps?: Partial<Operation["steps"][number]>;
}

function world({ files = {}, output = () => "ok", probe = served, steps = {} }: Given = {}) {
  const head = { ...aiRepository("good", 8), "releases/chat.yaml": manifest({ more: smoke() }), ...files };
  const gate = createMemoryGate({ base: {}, head });
  const asked: { endpoint: string | undefined; agent?: object; request: ChatRequest }[] = [];
  const kept = new Map<string, SmokeVerdict>();
  const answer = (text: string | undefined): ModelAnswer =>
    text === undefined
      ? { kind: "failed", reason: "HTTP 401: no key", retryable: false }
      : {
          kind: "answer",
          outcome: "completed",
          output: text,
          latencyMs: 5,
          usage: { inputTokens: 100, outputTokens: 10 },
        };
  let probed = probe;
  const port = { probe: async () => probed } as Partial<TargetPort> as TargetPort;
  const ports: SmokePorts = {
    gate: gate.ports,
    releases: { release: async () => ({ commit: headSha, name: "chat" }) as ReleaseState },
    targets: async () => ({ deployment: port, agent: port, inPlace: port, route: port, prompt: port }) as TargetPorts,
    modelAt: async (endpoint) => ({
      async complete(request) {
        asked.push({ endpoint, request });
        return answer(output());
      },
    }),
    agentAt: async (endpoint, agent) => ({
      async complete(request) {
        asked.push({ endpoint, agent, request });
        return answer(output());
      },
    }),
    verdicts: {
      read: async (_, releaseId) => kept.get(releaseId),
      write: async (_, releaseId, verdict) => void kept.set(releaseId, verdict),
    },
    clock: gate.clock,
  };
  const spec = {
    kind: "deployment",
    deployment: "chat--v2",
    model,
    sku: { name: "S", capacity: 1 },
    tags: {},
  } as const;
  const step = {
    target: { id: "chat", kind: "deployment", alias: "chat", endpoint: "west" },
    state: "waiting",
  } as const;
  const operation = {
    ...{ operationId: "promote-chat-1", releaseId: "chat-1", repositoryId, repository: ref.repository },
    steps: [{ ...step, attempts: 0, to: made, spec, ...steps }],
  } as unknown as Operation;
  return {
    run: () => smokeRelease(operation, ports),
    asked,
    kept,
    clock: gate.clock,
    probe: (result: ProbeResult) => {
      probed = result;
    },
  };
}

describe("the smoke subset before the flip", () => {
  test("asks what was made, where it was made: the first cases, and no more", async () => {
    const { run, asked } = world();
    expect(await run()).toEqual({ verdict: "pass", reason: expect.stringMatching(/^helper on helper@chat--v2: /) });
    expect(asked.map(({ endpoint, request }) => [endpoint, request.deployment])).toEqual(
      Array.from({ length: 5 }, () => ["west", "chat--v2"]),
    );
    const first = casesFile(5).split("\n").filter(Boolean);
    expect(asked.map(({ request }) => request.messages.at(-1)?.content)).toEqual(
      first.map((line) => JSON.parse(line).inputs.question),
    );
  });

  test("a deployment that answers badly fails, with the suite and why", async () => {
    const { run } = world({ output: () => "nothing to see" });
    expect(await run()).toEqual({
      verdict: "fail",
      reason: expect.stringMatching(/^smoke suites: helper on helper@chat--v2: .*says-ok/),
    });
  });

  test("what was made costs what its model costs", async () => {
    const suite = (threshold: number) =>
      suiteFile({ extra: [`  - { name: cost, uses: cost, threshold: ${threshold} }`] });
    const { run } = world({ files: { "evals/helper.yaml": suite(0.001) } });
    expect(await run()).toMatchObject({ verdict: "pass" });
    const dear = world({ files: { "evals/helper.yaml": suite(0.0001) } });
    expect(await dear.run()).toMatchObject({ verdict: "fail", reason: expect.stringContaining("cost") });
  });

  test("a verdict is kept, so that a worker that begins again asks nobody and says the same", async () => {
    const { run, asked, kept } = world({ output: () => "nothing to see" });
    const first = await run();
    const calls = asked.length;
    expect(await run()).toEqual(first);
    expect([asked.length, kept.size]).toEqual([calls, 1]);
  });

  test("a new name that the data plane does not know yet is waited for, and fails nothing", async () => {
    const { run, asked, kept, probe } = world({ probe: { kind: "notYet", reason: "404: created within 5 minutes" } });
    expect(await run()).toEqual({ verdict: "running", reason: "chat: 404: created within 5 minutes" });
    expect([asked, kept.size]).toEqual([[], 0]);
    probe(served);
    expect(await run()).toMatchObject({ verdict: "pass" });
  });

  test("no evidence that it answers is no reason to flip to it, whatever the suites say", async () => {
    const { run, asked, probe } = world({ probe: { kind: "unknown", reason: "500: internal error" } });
    expect(await run()).toEqual({ verdict: "running", reason: "chat: 500: internal error" });
    expect(asked).toEqual([]);
    probe(served);
    expect(await run()).toMatchObject({ verdict: "pass" });
  });

  test("what refuses the call is told by the suites, and is not flipped to where they find nothing", async () => {
    const refused: ProbeResult = { kind: "unknown", reason: "400: content_filter", refused: true };
    const bad = world({ probe: refused, output: () => "nothing to see" });
    expect(await bad.run()).toMatchObject({ reason: expect.stringMatching(/^smoke suites: helper on/) });
    expect(await world({ probe: refused }).run()).toEqual({
      ...{ verdict: "fail", reason: "a call before the flip: chat: 400: content_filter" },
    });
  });

  test("also where no suite is declared: what does not answer yet is not flipped to", async () => {
    const { run, probe } = world({
      files: { "releases/chat.yaml": manifest() },
      probe: { kind: "notYet", reason: "not yet" },
    });
    expect(await run()).toMatchObject({ verdict: "running" });
    probe(served);
    expect(await run()).toEqual({ verdict: "pass", reason: "no smoke suites are declared" });
  });

  test("what is gone, or answers as another model, fails before any suite is paid for", async () => {
    const gone = world({ probe: { kind: "gone", code: "410", reason: "retired" } });
    expect(await gone.run()).toEqual({ verdict: "fail", reason: "a call before the flip: chat: 410: retired" });
    const other = world({ probe: { ...served, served: "gpt-4o-2024-11-20", asExpected: false } });
    expect(await other.run()).toEqual({
      verdict: "fail",
      reason: "a call before the flip: chat: gpt-4o-2024-11-20 answered in place of chat--v2 (gpt-4.1 2025-04-14)",
    });
    expect([gone.asked, other.asked]).toEqual([[], []]);
  });

  test("what serves already is not called again", async () => {
    const { run, asked } = world({
      probe: { kind: "notYet", reason: "not yet" },
      steps: { from: made, spec: undefined as never },
    });
    expect(await run()).toEqual({ verdict: "pass", reason: "nothing was made that smoke suites could call" });
    expect(asked).toEqual([]);
  });

  test("without a bound prompt, all that the suite covers are asked; the deployment's parameters win over a prompt's", async () => {
    const helper = aiRepository()["prompts/helper.prompt.md"] ?? "";
    const warm = helper.replace("inputs:", "parameters: { temperature: 0.9, topP: 0.5 }\ninputs:");
    const { run, asked } = world({
      files: {
        ...{ "prompts/helper.prompt.md": warm, "prompts/other.prompt.md": helper.replace("helper", "other") },
        "evals/helper.yaml": suiteFile({ prompts: "[helper, other]" }),
        "releases/chat.yaml": manifest({
          targets: deployment(2, ", parameters: { temperature: 0.3 }"),
          more: smoke("helper", 1),
        }),
      },
    });
    expect(await run()).toMatchObject({ verdict: "pass" });
    expect(asked.map(({ request: { deployment: name, temperature, topP } }) => [name, temperature, topP])).toEqual([
      ["chat--v2", 0.3, 0.5],
      ["chat--v2", 0.3, undefined],
    ]);
  });

  test("what one worker's turn leaves is the next one's, and no call is made twice", async () => {
    const { run, asked, kept, clock } = world({
      output: () => {
        void clock.advance(130_000);
        return "ok";
      },
    });
    expect(await run()).toEqual({ verdict: "running", reason: "smoke suites are running" });
    const first = asked.length;
    expect(first).toBeLessThan(5);
    for (let turn = 0; turn < 5 && kept.size === 0; turn++) await run();
    expect(await run()).toMatchObject({ verdict: "pass" });
    expect(new Set(asked.map(({ request }) => request.messages.at(-1)?.content)).size).toBe(5);
    expect(asked).toHaveLength(5);
  });

  test("an agent's new version is asked with the prompt that it was made of, whatever else the suite covers", async () => {
    const target =
      '  - { id: support, kind: agent, alias: support, to: { version: "8", prompt: helper, deployment: chat } }\n';
    const to = (version: string): Pointer => ({ kind: "agent", rules: [{ version, percentage: 100 }] });
    const agent = { target: { id: "support", kind: "agent" as const, alias: "support" }, spec: undefined as never };
    const files = {
      "prompts/other.prompt.md": (aiRepository()["prompts/helper.prompt.md"] ?? "").replace("helper", "other"),
      "evals/helper.yaml": suiteFile({ prompts: "[helper, other]" }),
      "releases/chat.yaml": manifest({ targets: target, more: smoke("helper", 2) }),
    };
    const steps = { ...agent, from: to("7"), to: to("8") };
    const { run, asked } = world({ files, steps, probe: { ...served, served: "8" } });
    expect(await run()).toEqual({ verdict: "pass", reason: expect.stringMatching(/^helper on helper@support:8: /) });
    expect(asked.map((one) => one.agent)).toEqual(Array.from({ length: 2 }, () => ({ name: "support", version: "8" })));
    const bad = world({ files, steps, output: () => "nothing to see" });
    expect(await bad.run()).toMatchObject({ verdict: "fail", reason: expect.stringContaining("helper@support:8") });
    const same = world({ files, steps: { ...agent, from: to("8"), to: to("8") } });
    expect(await same.run()).toMatchObject({ verdict: "pass", reason: expect.stringContaining("nothing was made") });
  });

  test("bad input: a suite that covers no prompt says what to mend; calls without an answer are no pass", async () => {
    const empty = world({ files: { "evals/helper.yaml": suiteFile({ prompts: "[]" }) } });
    expect(await empty.run()).toEqual({
      verdict: "fail",
      reason: "smoke suites: the smoke suites of chat cover no prompt; name one under `prompts` of a suite",
    });
    const refused = world({ output: () => undefined });
    expect(await refused.run()).toEqual({
      verdict: "fail",
      reason: expect.stringMatching(/^smoke suites: helper on helper@chat--v2: .*5 of 5/),
    });
  });
});
