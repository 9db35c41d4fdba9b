import type { SideFigures } from "../report.ts";
import { count, usd } from "../units.ts";

/** What a side's own calls cost; a price that is not known stays unknown. */
export function costText({ samples, unpriced, costNanoUsd }: SideFigures): string {
  return pricedText({ calls: samples, unpriced, costNanoUsd });
}

/** What judges and embeddings were paid for a side's answers; nothing where none was asked. */
export function judgingText({ judged }: SideFigures): string | undefined {
  if (!judged || judged.calls === 0) return undefined;
  return `${pricedText(judged)} for ${count(judged.calls, "call")}`;
}

function pricedText(spent: { calls: number; unpriced: number; costNanoUsd: number }): string {
  const { calls, unpriced, costNanoUsd } = spent;
  if (unpriced >= calls) return "price unknown";
  return `${usd(costNanoUsd)}${unpriced > 0 ? ` and ${count(unpriced, "call")} of unknown price` : ""}`;
}
