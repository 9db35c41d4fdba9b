import http from "node:http";
import { type Figure, quantile } from "./figures.ts";

export interface Load {
  /** As the figures name it: `webhook acknowledged`. */
  what: string;
  url: string;
  perSecond: number;
  seconds: number;
  /** Of the 99th percentile; the median's is 25 ms. */
  limitMs: number;
  /** Of one request. */
  message(): { headers: Record<string, string>; body: string };
}

/** How long it takes until each of so many requests a second is answered 202. */
export async function acceptedAtRate({ what, url, perSecond, seconds, limitMs, message }: Load): Promise<Figure[]> {
  const agent = new http.Agent({ keepAlive: true, maxSockets: 64 });
  const deliver = () => post(url, message(), agent);
  for (let warm = 0; warm < 50; warm++) await deliver();
  const times: number[] = [];
  const sent: Promise<void>[] = [];
  const started = performance.now();
  for (let n = 0; n < perSecond * seconds; n++) {
    const due = started + (n * 1000) / perSecond;
    const early = due - performance.now();
    if (early > 0) await new Promise((resolve) => setTimeout(resolve, early));
    // From the time it was due: a late sender must not make the answer look quick.
    sent.push(deliver().then(() => void times.push(performance.now() - due)));
  }
  await Promise.all(sent);
  agent.destroy();
  const at = `at ${perSecond} a second`;
  return [
    { figure: `${what}, median ${at}`, value: quantile(times, 0.5), unit: "ms", limit: 25 },
    { figure: `${what}, p99 ${at}`, value: quantile(times, 0.99), unit: "ms", limit: limitMs },
  ];
}

function post(url: string, message: ReturnType<Load["message"]>, agent: http.Agent): Promise<void> {
  const { body } = message;
  const headers = {
    "content-type": "application/json",
    "content-length": String(Buffer.byteLength(body)),
    ...message.headers,
  };
  return new Promise((resolve, reject) => {
    const request = http.request(url, { method: "POST", agent, headers }, (response) => {
      response.resume();
      response.on("end", () =>
        response.statusCode === 202 ? resolve() : reject(new Error(`HTTP ${response.statusCode}`)),
      );
    });
    request.on("error", reject);
    request.end(body);
  });
}
