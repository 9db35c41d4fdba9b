import type { Operation, OperationStep } from "../operation.ts";
import { targetKey } from "../release-state.ts";
import type { Pointer } from "../target-port.ts";

/** What a target shall serve: what was aimed at, or what would be, where the operation has not begun. */
export function aimOf({ destinations, destination }: Operation, { to, target }: OperationStep): Pointer | undefined {
  return to ?? destinations[destination]?.pointers[targetKey(target)];
}
