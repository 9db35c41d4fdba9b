import type { MessageDiff, PromptDiff } from "../repository/prompt-diff.ts";
import { code, details, fence } from "./markdown.ts";
import type { GateReport } from "./report.ts";

/** Unchanged lines that are shown around a change. */
const around = 2;

/** How the prompts themselves changed, by role and parameter. */
export function diffSection({ diffs }: GateReport): string {
  return diffs.map(promptSection).join("\n\n");
}

function promptSection(diff: PromptDiff): string {
  const { name, baseVersion = "no version", headVersion = "no version", added, removed } = diff;
  const versions = added
    ? `new, ${headVersion}`
    : removed
      ? "removed"
      : baseVersion === headVersion
        ? `${headVersion}, not raised`
        : `${baseVersion} → ${headVersion}`;
  const fields = diff.fields.map(({ key, base, head }) => `- ${code(key)}: ${shown(base)} → ${shown(head)}`).join("\n");
  const messages = diff.messages
    .filter(({ kind }) => kind !== "same")
    .map(messageBlock)
    .join("\n\n");
  const body = [fields, messages].filter(Boolean).join("\n\n") || "Only the version changed.";
  return details(`The prompt <b>${name.replace(/[^\w-]/g, "")}</b> (${versions.replace(/[<>&]/g, "")})`, body);
}

function shown(value: unknown): string {
  return value === undefined ? "none" : code(JSON.stringify(value).slice(0, 200));
}

function messageBlock({ role, lines }: MessageDiff): string {
  const marks = { same: "  ", added: "+ ", removed: "- " } as const;
  const all = lines.flatMap(({ kind, text }) =>
    text
      .replace(/\n$/, "")
      .split("\n")
      .map((line) => ({ kind, line: marks[kind] + line })),
  );
  const near = all.map((_, index) =>
    all.slice(Math.max(0, index - around), index + around + 1).some(({ kind }) => kind !== "same"),
  );
  const kept: string[] = [];
  for (const [index, { line }] of all.entries()) {
    if (near[index]) kept.push(line);
    else if (kept.at(-1) !== "  …") kept.push("  …");
  }
  return `${role}:\n${fence(kept.join("\n"), "diff", 6000)}`;
}
