import { hash } from "node:crypto";
import type { Clock } from "../../clock.ts";
import { messageOf } from "../../errors.ts";
import type { Log } from "../../log.ts";
import { redact } from "../../redaction/redact.ts";
import { isRefusal, type Principals, type Refusal, refuseAlertsOf } from "../principals.ts";
import { type AlertStore, alertKey, type StoredAlert } from "./alert-store.ts";
import { normaliseAlert } from "./normalise-alert.ts";
import { whyNeverActedOn } from "./why-never-acted-on.ts";

/** An action group sends no more [common-schema]. */
export const maxAlertBytes = 256 * 1024;

export interface AlertRequest {
  header(name: string): string | null;
  body(): Promise<Uint8Array>;
}

export interface AlertAnswer {
  status: number;
  body: { error: string } | { alertId: string; outcome: string; reason?: string };
}

export interface ReceiveAlertPorts {
  principals: Principals;
  /** Client id of the only application that may post alerts. */
  allowedCaller: string;
  alerts: AlertStore;
  /** Keeps a payload, by its digest, and is told where. */
  keepPayload(path: string, text: string): Promise<void>;
  /** Sends an alert, by its key, to whoever handles it. */
  enqueue(key: string): Promise<void>;
  clock: Clock;
  log: Log;
}

/**
 * Answers one alert: verified, claimed, enqueued, marked, 202. Nothing else happens here: an action group gives ten
 * seconds, and leaves the endpoint alone for fifteen minutes after five failures.
 */
export async function receiveAlert(request: AlertRequest, ports: ReceiveAlertPorts): Promise<AlertAnswer> {
  const announced = Number(request.header("content-length") ?? 0);
  if (announced > maxAlertBytes) return tooLarge(announced);
  const principal = await ports.principals.of(request.header("authorization"));
  const refused = isRefusal(principal) ? principal : refuseAlertsOf(principal, ports.allowedCaller);
  if (refused) return refuse(refused, ports);
  const bytes = await request.body();
  if (bytes.byteLength > maxAlertBytes) return tooLarge(bytes.byteLength);
  const text = new TextDecoder().decode(bytes);
  const given = parseJson(text);
  if (!given) return { status: 400, body: { error: "the body is no JSON: alerts come in the common alert schema" } };
  try {
    return await take(text, given.value, ports);
  } catch (thrown) {
    // Of all failures an action group tries only 408, 429, 503 and 504 again [action-groups].
    ports.log.error("alert.not-stored", { reason: messageOf(thrown) });
    return { status: 503, body: { error: "the alert could not be stored; send it again" } };
  }
}

async function take(text: string, given: unknown, ports: ReceiveAlertPorts): Promise<AlertAnswer> {
  const now = ports.clock.now();
  const { text: kept, found } = redact(text);
  const payload = found.length === 0 ? given : (parseJson(kept)?.value ?? given);
  const raw = `alerts/${hash("sha256", kept)}.json`;
  const alert = normaliseAlert(payload, { source: "webhook", receivedAt: now.toISOString(), raw });
  const { alertId } = alert;
  const reason = whyNeverActedOn(alert, now);
  const stored: StoredAlert = {
    ...alert,
    receivedAt: now.toISOString(),
    ...(reason ? { outcome: "recorded", reason } : {}),
  };
  const [claim] = await Promise.all([ports.alerts.claim(stored), ports.keepPayload(raw, kept)]);
  if (claim === "duplicate") return accepted({ alertId, outcome: "duplicate" });
  if (reason) return accepted({ alertId, outcome: "recorded", reason });
  const key = alertKey(alert);
  await ports.enqueue(key);
  await ports.alerts.markEnqueued(key);
  return accepted({ alertId, outcome: "enqueued" });
}

function refuse({ status, reason }: Refusal, { log }: ReceiveAlertPorts): AlertAnswer {
  log.warn("alert.refused", { status, reason });
  return { status, body: { error: reason } };
}

function tooLarge(bytes: number): AlertAnswer {
  return { status: 413, body: { error: `${bytes} bytes: an action group sends at most ${maxAlertBytes}` } };
}

function accepted(body: { alertId: string; outcome: string; reason?: string }): AlertAnswer {
  return { status: 202, body };
}

function parseJson(text: string): { value: unknown } | undefined {
  try {
    return { value: JSON.parse(text) };
  } catch {
    return undefined;
  }
}
