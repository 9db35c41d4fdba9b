import type { HeldDeployment } from "../deployments.ts";
import type { PointerOf } from "../target-port.ts";
import { neededCapacity } from "./load.ts";
import type { Candidate } from "./standby.ts";

/** On the way to a state: the next look tells more. */
const passing = new Set(["Accepted", "Creating", "Updating", "Moving"]);

/** What its account says of a deployment that stands by, before anybody calls it. */
export function heldRefusals(
  { deployment, model }: PointerOf<"deployment">,
  held: HeldDeployment | undefined,
  peak: number | undefined,
): Pick<Candidate, "ready" | "reasons"> {
  if (!held) return { ready: "no", reasons: [`${deployment} does not exist`] };
  const { provisioningState, sku } = held;
  if (passing.has(provisioningState)) return { ready: "unknown", reasons: [`${deployment} is ${provisioningState}`] };
  const needed = peak === undefined ? 0 : neededCapacity(peak);
  const reasons = [
    ...(provisioningState === "Succeeded" ? [] : [`${deployment} is ${provisioningState}`]),
    ...(held.model.name === model.name && held.model.version === model.version
      ? []
      : [`${deployment} holds ${held.model.name} ${held.model.version}, and was released with ${model.version}`]),
    ...(sku.capacity >= needed
      ? []
      : [`${deployment} has a capacity of ${sku.capacity}, and the peak × 1.2 is ${Number(needed.toFixed(1))}`]),
  ];
  return { ready: reasons.length === 0 ? "yes" : "no", reasons };
}
