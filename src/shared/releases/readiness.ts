import type { ProbeResult } from "./target-port.ts";

/** Whether what was called can serve; `unknown` may be otherwise in a moment. */
export function readinessOf(result: ProbeResult): { ready: "yes" | "no" | "unknown"; reason: string } {
  if (result.kind === "answered")
    return result.asExpected === false
      ? { ready: "no", reason: `${result.served} answered in its place` }
      : { ready: "yes", reason: "" };
  if (result.kind === "gone") return { ready: "no", reason: `${result.code}: ${result.reason}` };
  return { ready: "unknown", reason: result.reason };
}
