import type { ShownRelease } from "../gate/shown-release.ts";
import { redact } from "../redaction/redact.ts";
import { type TargetState, targetKey } from "./release-state.ts";

/** Plans with what people put on their targets, so that whoever merges knows before. */
export function showMarks(shown: readonly ShownRelease[], targets: readonly TargetState[], now: Date): ShownRelease[] {
  const at = now.toISOString();
  return shown.map((release) => {
    const keys = new Set(release.steps.map(({ kind, alias }) => `${kind}:${alias}`));
    const marks = targets
      .filter((target) => keys.has(targetKey(target)))
      .flatMap(({ alias, frozen, paused }) => [
        ...(frozen && frozen.until > at
          ? [
              `${alias} is frozen until ${minuteOf(frozen.until)} by ${frozen.by}: ${frozen.why}. A merge is refused until then.`,
            ]
          : []),
        ...(paused && paused.until > at
          ? [
              `${alias} is paused until ${minuteOf(paused.until)} by ${paused.by}: ${paused.why}. A merge waits until then.`,
            ]
          : []),
      ]);
    return marks.length > 0 ? { ...release, marks: marks.map((text) => redact(text).text) } : release;
  });
}

/** `2026-11-21 11:00 UTC` */
function minuteOf(time: string): string {
  return `${time.slice(0, 16).replace("T", " ")} UTC`;
}
