import { setTimeout as sleep } from "node:timers/promises";
import type { House } from "../../house.ts";
import { alertPayload } from "./alert-payload.ts";
import { type AlertRule, alertRules, requestsOf } from "./story-faults.ts";
import type { Tally } from "./tally.ts";

/** What became of an alert that the action group posted. */
export interface PostedAlert {
  rule: string;
  /** What was seen. */
  text: string;
  status: number;
  /** What the app said of it: `enqueued`, `recorded`, or an error. */
  outcome: string;
}

const minuteMs = 60_000;
/** Fewer calls of a minute are no reason to wake anybody. */
const leastCalls = 20;

/**
 * The alert rules of the simulated Azure Monitor, and the action group that they call: every minute each rule looks at the last one
 * that is over, and posts with a token as Azure Monitor has it. A rule that fired is quiet until it resolves, as Azure's are.
 */
export function createAlertRules(options: {
  house: Pick<House, "host" | "issuer">;
  tally: Pick<Tally, "minute">;
  deployment: string;
  promotedAt: number;
  /** After a minute's end. */
  settleSeconds: number;
}): { run(fired: (alert: PostedAlert) => Promise<void>): Promise<void>; stop(): void } {
  const { house, tally, deployment, promotedAt, settleSeconds } = options;
  const ended = new AbortController();
  const firing = new Set<string>();

  async function evaluate(from: number, fired: (alert: PostedAlert) => Promise<void>): Promise<void> {
    const minute = tally.minute(deployment, new Date(from));
    if (!minute || requestsOf(minute) < leastCalls) return;
    for (const rule of alertRules) {
      const value = rule.valueOf(minute);
      if (value <= rule.threshold || firing.has(rule.name)) continue;
      firing.add(rule.name);
      await fired(await post(rule, value, from));
    }
  }

  async function post(rule: AlertRule, value: number, from: number): Promise<PostedAlert> {
    const payload = alertPayload({
      ...{ rule, deployment, value, condition: "Fired", firedAt: new Date().toISOString() },
      ...{ from: new Date(from).toISOString(), to: new Date(from + minuteMs).toISOString() },
    });
    const token = await house.issuer.tokenFor("monitor");
    const answer = await fetch(`${house.host.url}/api/alerts`, {
      method: "POST",
      headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
      body: JSON.stringify(payload),
    });
    const { outcome, error } = (await answer.json()) as { outcome?: string; error?: string };
    const text = `${rule.metric} ${Number(value.toPrecision(3))} above ${rule.threshold}`;
    return { rule: rule.name, text, status: answer.status, outcome: outcome ?? error ?? "no answer" };
  }

  return {
    async run(fired) {
      // The minute of the flip has both versions.
      for (let from = Math.ceil(promotedAt / minuteMs) * minuteMs; !ended.signal.aborted; from += minuteMs) {
        const due = from + minuteMs + (settleSeconds + 1) * 1000;
        await sleep(Math.max(0, due - Date.now()), undefined, { signal: ended.signal }).catch(() => undefined);
        if (!ended.signal.aborted) await evaluate(from, fired);
      }
    },
    stop: () => ended.abort(),
  };
}
