import type { WorkMessage } from "../../src/shared/deliveries/delivery.ts";
import type { ModelAnswer } from "../../src/shared/evals/model-client.ts";
import { sampleKey } from "../../src/shared/evals/shard.ts";
import { concludeGate } from "../../src/shared/gate/conclude-gate.ts";
import { perform } from "../../src/shared/gate/perform.ts";
import type { WorkPorts } from "../../src/shared/gate/ports.ts";
import type { GateReport } from "../../src/shared/gate/report.ts";
import { runGateShard } from "../../src/shared/gate/run-gate-shard.ts";
import type { Gate } from "../../src/shared/gate/schema.ts";
import { wobblyAnswer } from "./ai-repository.ts";
import { createMemoryGate, type MemoryGate, openedDelivery, repositoryId } from "./memory-gate.ts";

/**
 * A worker is killed at its `at`-th write from now, before it takes effect or just after. `lost`: the message that it held
 * is asleep with it for longer than the minute timer waits.
 */
export interface Kill {
  at: number;
  after: boolean;
  lost: boolean;
}

/** A gate in memory whose worker dies as it is told, and whose queues bring back what was not finished. */
export interface KilledGate {
  gate: MemoryGate;
  /** Model calls, by request and seed. */
  calls: Map<string, number>;
  /** How often each sample was stored. */
  stored: Map<string, number>;
  /** What was asked, in order: the prompt's mode and the question. */
  asked: { side: string; question: string }[];
  writes(): number;
  /** Plays until every gate is closed, through the kills in turn; by default from the pull request's opening on. */
  play(kills: readonly Kill[], begin?: WorkMessage): Promise<void>;
}

export interface KilledGateOptions {
  /** Questions that the model gives no answer to. */
  fails?: (question: string) => boolean;
  /** Time that a call takes. */
  callMs?: number;
  /** What every answer names as its model. */
  model?: string;
}

/** 0.12 cents at the price of the model that the prompts name. */
const usage = { inputTokens: 1000, outputTokens: 500 };

class Killed extends Error {}

export function createKilledGate(
  files: Parameters<typeof createMemoryGate>[0],
  { fails = () => false, callMs = 0, model }: KilledGateOptions = {},
): KilledGate {
  const gate = createMemoryGate(files);
  const calls = new Map<string, number>();
  const stored = new Map<string, number>();
  const asked: KilledGate["asked"] = [];
  const count = (map: Map<string, number>, key: string) => map.set(key, (map.get(key) ?? 0) + 1);
  let writes = 0;
  let pending: Kill | undefined;
  let dead = false;
  let lost = false;

  /** Every write of the dead worker fails, those too that it had begun. */
  async function effect<T>(write: () => Promise<T>): Promise<T> {
    if (dead) throw new Killed();
    writes++;
    const dies = pending !== undefined && --pending.at < 0;
    if (dies && !pending?.after) return die();
    const result = await write();
    return dies ? die() : result;
  }
  function die(): never {
    dead = true;
    lost = pending?.lost ?? false;
    pending = undefined;
    throw new Killed();
  }
  function mortal<T extends object>(port: T, methods: (keyof T)[]): T {
    const wrapped = { ...port };
    for (const name of methods) {
      const write = port[name];
      if (typeof write === "function")
        Object.assign(wrapped, { [name]: (...args: unknown[]) => effect(() => write.apply(port, args)) });
    }
    return wrapped;
  }

  const { store, queues, shards, reports, samples } = gate.ports;
  const rows = Object.fromEntries(
    (["gates", "active", "pulls", "shards", "baselines", "verdicts"] as const).map((name) => [
      name,
      mortal<object>(store[name], ["insert", "replace", "remove"] as never),
    ]),
  );
  const ports: WorkPorts = {
    ...gate.ports,
    store: { ...store, ...rows, plans: mortal(store.plans, ["write"]) },
    shards: mortal(shards, ["write"]),
    reports: mortal(reports, ["write"]),
    queues: mortal(queues, ["work", "shard", "conclude"]),
    samples: {
      ...samples,
      append: (path, sample) =>
        effect(async () => {
          count(stored, sampleKey(sample));
          await samples.append(path, sample);
        }),
    },
    async open(ref) {
      const host = await gate.ports.open(ref);
      return {
        ...host,
        checks: mortal(host.checks, ["create", "update"]),
        comments: mortal(host.comments, ["create", "update", "remove"]),
      };
    },
    model: async () => ({
      async complete({ messages, seed }): Promise<ModelAnswer> {
        if (dead) throw new Killed();
        const [system = "", question = ""] = [messages[0], messages.at(-1)].map((message) => String(message?.content));
        const side = /mode: (\w+)/.exec(system)?.[1] ?? "";
        count(calls, `${side} ${question} ${seed}`);
        asked.push({ side, question });
        if (callMs > 0) await gate.clock.advance(callMs);
        if (fails(question)) return { kind: "failed", retryable: false, reason: "HTTP 500: no answer" };
        const output = wobblyAnswer(side, question, seed);
        const answeredBy = model === undefined ? {} : { answeredBy: model };
        return { kind: "answer", outcome: "completed", output, latencyMs: 5, usage, ...answeredBy };
      },
    }),
  };

  async function deliver({ queue, message }: MemoryGate["sent"][number]): Promise<void> {
    const own = message as { gateId: string; shardId: string };
    if (queue === "work") return perform(message as Parameters<typeof perform>[0], ports);
    if (queue === "shards") return runGateShard({ ...own, repositoryId }, `worker-${writes}`, ports);
    return concludeGate({ ...own, repositoryId }, ports);
  }

  return {
    gate,
    calls,
    stored,
    asked,
    writes: () => writes,
    async play(kills, begin = openedDelivery(gate)) {
      const left = kills.map((kill) => ({ ...kill }));
      gate.sent.push({ queue: "work", message: begin });
      for (let rounds = 0; rounds < 200; rounds++) {
        pending ??= left.shift();
        const next = gate.sent.shift();
        if (next) {
          try {
            await deliver(next);
          } catch (thrown) {
            if (!(thrown instanceof Killed)) throw thrown;
            // Deliveries are taken up by a timer of their own, which is not played here.
            if (!lost || next.message === begin) gate.sent.push(next);
          }
          dead = false;
          continue;
        }
        const open = await store.active.list(repositoryId, "");
        if (open.length === 0) return;
        // The queues are empty and the gate is open: time passes, and the minute timer looks at it.
        await gate.clock.advance(60_000);
        for (const { gateId } of open)
          gate.sent.push({ queue: "work", message: { kind: "sweepGate", repositoryId, gateId } });
      }
      throw new Error("the gate is not closed after 200 messages");
    },
  };
}

/** The last gate of the pull request, with its report. */
export async function concluded({ gate: { ports } }: KilledGate): Promise<{ row: Gate; report: GateReport }> {
  const gateId = (await ports.store.pulls.get(repositoryId, "pull:3"))?.value.gateId ?? "";
  const row = (await ports.store.gates.get(repositoryId, gateId))?.value;
  const report = await ports.reports.read(repositoryId, `gates/${gateId}/report.json`);
  if (!row || !report) throw new Error("the gate has no report");
  return { row, report };
}
