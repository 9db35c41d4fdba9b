import type { MonitorStandIn } from "../../azure/monitor/start.ts";
import { createTally, type Tally } from "./tally.ts";

export interface TrafficOptions {
  /** The app's, for decisions. */
  functionsUrl: string;
  /** Of the data plane: `/openai/deployments/…` is below it. */
  accountUrl: string;
  monitor: Pick<MonitorStandIn, "push">;
  route: string;
  prompt: { name: string; digest: string };
  /** What customers ask, rendered. */
  conversations: readonly { messages: readonly { role: string; content: string }[]; locale: string }[];
  perSecond: number;
}

/** Customers of the story: each asks the app where to go, calls that deployment, and is counted as Azure Monitor would. */
export interface Traffic {
  tally: Tally;
  /** Deployments that answered what was asked since, with how often. */
  servedSince(time: Date): Record<string, number>;
  /** Where the next request would go. */
  routed(): Promise<string>;
  asked(): number;
  /** Why requests were given no target. */
  lost(): string[];
  stop(): Promise<void>;
}

export function startTraffic(options: TrafficOptions): Traffic {
  const { functionsUrl, accountUrl, monitor, route, prompt, conversations, perSecond } = options;
  const tally = createTally();
  /** As the clients' spans name the route's document that decided. */
  const byDocument = createTally();
  const calls: { deployment: string; askedAt: Date }[] = [];
  const lost: string[] = [];
  const underWay = new Set<Promise<void>>();
  let asked = 0;

  async function resolve(n: number): Promise<{ deployment: string; digest: string }> {
    const conversation = conversations[n % conversations.length];
    const context = { tier: "pro", tenant: "acme", locale: conversation?.locale, conversationId: `story-${n}` };
    const answer = await fetch(`${functionsUrl}/api/routes/${route}/decisions`, {
      method: "POST",
      body: JSON.stringify({ context, prompt }),
    });
    if (!answer.ok) throw new Error(`decision: HTTP ${answer.status} ${(await answer.text()).slice(0, 200)}`);
    const { decision } = (await answer.json()) as {
      decision: { digest: string; target?: { deployment: string } };
    };
    if (!decision.target) throw new Error("decision: no target");
    return { deployment: decision.target.deployment, digest: decision.digest };
  }

  async function one(n: number): Promise<void> {
    const askedAt = new Date();
    const { deployment, digest } = await resolve(n);
    const started = performance.now();
    const answer = await fetch(`${accountUrl}/openai/deployments/${deployment}/chat/completions`, {
      method: "POST",
      headers: { "api-key": "simulated", "content-type": "application/json" },
      body: JSON.stringify({
        model: deployment,
        messages: conversations[n % conversations.length]?.messages,
        user: `${n}`,
      }),
    });
    const body = (await answer.json()) as {
      error?: { code?: string };
      usage?: { prompt_tokens: number; completion_tokens: number };
    };
    const endedAt = new Date();
    calls.push({ deployment, askedAt });
    const call = {
      ...{ deployment, endedAt, status: answer.status, ms: performance.now() - started },
      blocked: body.error?.code === "content_filter",
      ...(body.usage ? { inputTokens: body.usage.prompt_tokens, outputTokens: body.usage.completion_tokens } : {}),
    };
    tally.add(call);
    byDocument.add({ ...call, deployment: digest });
  }

  const ask = () => {
    const call = one(asked++).catch((thrown: unknown) => void lost.push(String(thrown)));
    underWay.add(call);
    void call.finally(() => underWay.delete(call));
  };
  const tell = () => {
    const since = new Date(Date.now() - 60_000);
    const spans = byDocument.minutes(since).map((minute) => ({ ...minute, document: "route", in: "logs" }) as const);
    const told = monitor.push([...tally.minutes(since), ...spans]).catch((thrown: unknown) => {
      lost.push(String(thrown));
    });
    underWay.add(told);
    void told.finally(() => underWay.delete(told));
  };
  const asking = setInterval(ask, 1000 / perSecond);
  const telling = setInterval(tell, 1000);

  return {
    tally,
    servedSince(time) {
      const served: Record<string, number> = {};
      for (const { deployment, askedAt } of calls)
        if (askedAt >= time) served[deployment] = (served[deployment] ?? 0) + 1;
      return served;
    },
    routed: async () => (await resolve(asked++)).deployment,
    asked: () => asked,
    lost: () => [...lost],
    async stop() {
      clearInterval(asking);
      clearInterval(telling);
      await Promise.all(underWay);
    },
  };
}
