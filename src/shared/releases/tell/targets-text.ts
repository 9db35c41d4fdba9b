import { code, table } from "../../gate/markdown.ts";
import { redact } from "../../redaction/redact.ts";
import type { Operation, OperationStep } from "../operation.ts";
import { pointerText } from "../pointer-of.ts";
import type { Pointer } from "../target-port.ts";
import { aimOf } from "./aim-of.ts";
import { type Limits, safe } from "./timeline-text.ts";

const said: Record<OperationStep["state"], string> = {
  waiting: "not touched",
  flipping: "was being changed: nobody knows",
  flipped: "changed, and no call has shown it",
  verified: "changed, and shown by a call",
  undoing: "was being taken back: nobody knows",
  undone: "taken back",
  failed: "failed",
};

/** What was done, target by target. */
export function targetsText(operation: Operation, { lines, chars }: Limits): string {
  const { steps } = operation;
  const rows = steps
    .slice(0, lines)
    .map((step) => [
      `${named(step.target.alias)} (${step.target.kind})`,
      shown(step.from),
      shown(aimOf(operation, step)),
      `${said[step.state]}${step.reason === undefined ? "" : `: ${safe(step.reason, chars)}`}`,
    ]);
  const more = steps.length > lines ? `\n\n… and ${steps.length - lines} more` : "";
  return `${table(["target", "from", "to", "what became of it"], rows)}${more}`;
}

/** What stands otherwise than it was asked for. */
export function notDone({ kind, outcome, steps }: Operation): OperationStep[] {
  const good: OperationStep["state"][] = outcome === "undone" ? ["undone", "waiting"] : ["verified"];
  return outcome === "declined" || (kind === "promote" && outcome === "failed")
    ? []
    : steps.filter(({ state }) => !good.includes(state));
}

const shown = (pointer: Pointer | undefined) => (pointer ? named(pointerText(pointer)) : "nothing");
export const named = (text: string) => code(redact(text).text, 120);
