import { beforeEach, describe, expect, test } from "vitest";
import { NotFoundError, PermanentError, RetryAfterError, RetryableError } from "../../../src/shared/errors.ts";
import { concludeGate } from "../../../src/shared/gate/conclude-gate.ts";
import { perform } from "../../../src/shared/gate/perform.ts";
import { runGateShard } from "../../../src/shared/gate/run-gate-shard.ts";
import { createMemoryGate, type MemoryGate, openedDelivery, repositoryId } from "../../support/memory-gate.ts";
import { helloFiles, helloPrompt, helloSuite } from "../repository/memory-repository.ts";

let gate: MemoryGate;
beforeEach(() => {
  gate = createMemoryGate();
});

const denied = new PermanentError("GitHub answered 403 (read tree): Resource not accessible by integration");
const active = () => gate.ports.store.active.list(repositoryId, "");
const gateId = async () => (await gate.ports.store.pulls.get(repositoryId, "pull:3"))?.value.gateId ?? "";

async function runShards(): Promise<void> {
  for (const { queue, message } of gate.sent.splice(0)) {
    if (queue === "shards") {
      const { shardId } = message as { shardId: string };
      await runGateShard({ repositoryId, gateId: await gateId(), shardId }, `w-${shardId}`, gate.ports);
    }
  }
}

/** A gate whose one shard a side has this many cases. */
function gateOf(count: number): MemoryGate {
  const cases = Array.from({ length: count }, (_, i) => `      - { id: c${i}, question: "${i}?", expected: x }`);
  const repository = {
    ...helloFiles,
    "evals/hello-suite.yaml": helloSuite.replace("  - path: cases.jsonl", `  - cases:\n${cases.join("\n")}`),
  };
  const head = { ...repository, "prompts/hello.prompt.md": helloPrompt.replace("briefly", "warmly") };
  return createMemoryGate({ base: repository, head });
}

describe("a failure that no repeat can mend", () => {
  test("while a gate is planned closes its check as not evaluated, with the reason, at once", async () => {
    gate.failing.set("tree", denied);
    await perform(openedDelivery(gate), gate.ports);
    expect(gate.checks).toMatchObject([
      { conclusion: "action_required", title: expect.stringMatching(/not evaluated.*403/i) },
    ]);
    expect(gate.comments[0]?.body).toContain("Resource not accessible by integration");
    expect(gate.deliveries.get("d1")).toMatchObject({ outcome: "done" });
    expect(await active()).toEqual([]);
  });

  test("while a gate is concluded closes its check all the same", async () => {
    await perform(openedDelivery(gate), gate.ports);
    await runShards();
    const { reports } = gate.ports;
    const write = reports.write.bind(reports);
    let first = true;
    reports.write = async (...args) => {
      if (first) {
        first = false;
        throw denied;
      }
      return write(...args);
    };
    await concludeGate({ repositoryId, gateId: await gateId() }, gate.ports);
    expect(gate.checks).toMatchObject([{ conclusion: "action_required" }]);
    expect(await active()).toEqual([]);
  });

  test("of the comment alone leaves the check to say it: a locked conversation hides no verdict", async () => {
    gate.failing.set("comments.create", new PermanentError("GitHub answered 403: the conversation is locked"));
    await perform(openedDelivery(gate), gate.ports);
    await runShards();
    await concludeGate({ repositoryId, gateId: await gateId() }, gate.ports);
    expect(gate.checks).toMatchObject([{ conclusion: "success" }]);
    expect(gate.log.events.map(({ event }) => event)).toContain("comment.refused");
  });

  test("of every call is counted call by call, however many a shard has", async () => {
    gate = gateOf(60);
    gate.ports.model = async () => ({
      complete: async () => ({ kind: "failed", reason: "HTTP 404: DeploymentNotFound", retryable: false }),
    });
    await perform(openedDelivery(gate), gate.ports);
    await runShards();
    await concludeGate({ repositoryId, gateId: await gateId() }, gate.ports);
    expect(gate.checks[0]?.title).toContain("120 of 120 calls failed (HTTP 404)");
    expect(gate.comments[0]?.body).toContain("120 × HTTP 404: DeploymentNotFound");
  });

  test("bad input: a model that never answers is given up by each shard, not asked for every case", async () => {
    gate = gateOf(60);
    let calls = 0;
    gate.ports.model = async () => ({
      async complete() {
        calls++;
        await gate.clock.sleep(10_000);
        return { kind: "failed", reason: "no answer from https://m: timeout", retryable: true };
      },
    });
    await perform(openedDelivery(gate), gate.ports);
    let running = true;
    void runShards().finally(() => {
      running = false;
    });
    while (running) await gate.clock.advance(500);
    await concludeGate({ repositoryId, gateId: await gateId() }, gate.ports);
    expect(calls).toBeLessThan(120);
    expect(gate.checks).toMatchObject([
      { conclusion: "action_required", title: expect.stringMatching(/^Not evaluated: \d+ of 120 calls failed/) },
    ]);
    expect(gate.comments[0]?.body).toMatch(/given up: \S+ answered none of 1\d calls in a row, for \d+ s/);
  });

  test("of the check itself leaves nothing that timers take up for ever", async () => {
    gate.failing.set("tree", denied);
    gate.failing.set("checks.update", new PermanentError("GitHub answered 404: Not Found"));
    await perform(openedDelivery(gate), gate.ports);
    expect(await active()).toEqual([]);
    expect((await gate.ports.store.gates.get(repositoryId, await gateId()))?.value).toMatchObject({
      stage: "concluded",
      reason: expect.stringContaining("403"),
    });
    expect(gate.log.events.map(({ event }) => event)).toContain("gate.untold");
  });

  test("before there is a gate ends the delivery as failed with the reason, so that it may be sent again", async () => {
    gate.failing.set("pulls.get", new PermanentError("GitHub answered 404 (read pull request 3): Not Found"));
    await perform(openedDelivery(gate), gate.ports);
    expect(gate.deliveries.get("d1")).toMatchObject({ outcome: "failed", reason: expect.stringContaining("404") });
  });

  test("of one pull request keeps an hourly repair from no other work, and is not retried", async () => {
    gate.failing.set("pulls.get", denied);
    await perform({ kind: "reconcile", repositoryId }, gate.ports);
    expect(gate.log.events.map(({ event }) => event)).toContain("pull.refused");
    expect(gate.checks.map(({ name }) => name)).toEqual(["assay / baseline"]);
  });

  test("is told from one that may pass, which goes back to the queue with the check still running", async () => {
    gate.failing.set("tree", new RetryableError("GitHub answered 502"));
    await expect(perform(openedDelivery(gate), gate.ports)).rejects.toThrow("502");
    expect(gate.checks).toMatchObject([{ status: "in_progress" }]);
    expect(gate.deliveries.get("d1")?.outcome).toBeUndefined();
    gate.failing.clear();
    await perform({ kind: "delivery", repositoryId, deliveryId: "d1" }, gate.ports);
    expect(gate.sent.filter(({ queue }) => queue === "shards")).not.toEqual([]);
  });

  test("is not yet what a 404 means just after a push: GitHub's replicas may lag behind its webhook", async () => {
    const missing = new NotFoundError("GitHub answered 404 (read the tree of c0ffee): Not Found");
    for (const call of ["pulls.get", "tree"]) {
      gate.failing.set(call, missing);
      await expect(perform(openedDelivery(gate), gate.ports)).rejects.toThrow(RetryAfterError);
      gate.failing.clear();
    }
    gate.failing.set("tree", missing);
    gate.clock.advance(121_000);
    await perform({ kind: "delivery", repositoryId, deliveryId: "d1" }, gate.ports);
    expect(gate.checks).toMatchObject([{ conclusion: "action_required", title: expect.stringContaining("404") }]);
  });
});
