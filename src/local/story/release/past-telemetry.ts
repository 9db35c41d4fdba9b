import { createNoise } from "../../model/noise.ts";
import type { CountedMinute } from "./story-faults.ts";

/** What is in the metrics of a deployment before the story: invented, at the level that its simulated answers have. */
export function pastTelemetry(
  deployment: string,
  {
    now,
    minutes,
    seed,
    meanMs,
    perMinute,
  }: { now: Date; minutes: number; seed: number; meanMs: number; perMinute: number },
): CountedMinute[] {
  const noise = createNoise(seed, "past", deployment);
  const end = Math.floor(now.getTime() / 60_000);
  return Array.from({ length: minutes }, (_, index) => {
    const requests = perMinute + noise.between(-12, 12);
    const failed = noise.chance(0.4) ? noise.between(1, 2) : 0;
    const level = meanMs * (0.97 + 0.06 * noise.next());
    return {
      arm: deployment,
      at: new Date((end - minutes + index) * 60_000).toISOString(),
      codes: { "200": requests - failed, "500": failed },
      meanMs: level,
      p95Ms: level * (1.19 + 0.04 * noise.next()),
      blocked: 0,
      ...{ inputTokens: requests * 400, outputTokens: requests * 60 },
    };
  });
}
