import type { FieldDiff, MessageDiff, PromptDiff } from "../repository/prompt-diff.ts";
import type { Block } from "./fit-blocks.ts";
import { code, cut, details, fence, html, visible } from "./markdown.ts";
import type { GateReport } from "./report.ts";
import { count } from "./units.ts";

/** Unchanged lines that are shown around a change. */
const around = 2;
/** A line of code in a comment's column holds about this many characters before it has to be scrolled. */
const lineChars = 96;
/** A diff of at most this many lines is shown without a click. */
const shortDiff = 16;
const mostPrompts = 10;

/** How the prompts themselves changed, by role and parameter. */
export function diffBlock({ diffs }: GateReport): Block {
  const text = (most: number, maxLines: number) =>
    [
      ...diffs.slice(0, most).map((diff) => promptDiff(diff, maxLines, diffs.length === 1)),
      ...(diffs.length > most ? [`… and ${count(diffs.length - most, "more prompt")} changed.`] : []),
    ].join("\n\n");
  const texts =
    diffs.length === 0 ? [] : [text(mostPrompts, 200), text(mostPrompts, 60), text(3, 40), text(mostPrompts, 0)];
  return { name: "the prompts' diff", texts };
}

function promptDiff(diff: PromptDiff, maxLines: number, alone: boolean): string {
  const changed = diff.messages.filter(({ kind }) => kind !== "same");
  const title = `Prompt <code>${html(diff.name, 120)}</code>, ${versions(diff)}: ${html(extent(diff, changed), 300)}`;
  const blocks = changed.map((message) => messageDiff(message, maxLines));
  const fields = fieldList(diff.fields);
  const lines = blocks.reduce((sum, block) => sum + block.split("\n").length, diff.fields.length);
  if (maxLines === 0) return `- ${title}`;
  const body = [...(fields ? [fields] : []), ...blocks].join("\n\n") || "No message and no parameter differs.";
  return details(title, body, { open: alone && lines <= shortDiff });
}

function versions({ added, removed, baseVersion, headVersion }: PromptDiff): string {
  const [was, is] = [baseVersion, headVersion].map((version) =>
    version === undefined ? "no version" : html(version, 40),
  );
  if (added) return headVersion === undefined ? "new" : `new, ${is}`;
  if (removed) return "removed";
  return was === is ? `${is}, not raised` : `${was} → ${is}`;
}

/** "system +3 −1 lines, parameters.temperature": what changed, before it is opened. */
function extent({ fields, added, removed }: PromptDiff, messages: readonly MessageDiff[]): string {
  const linesOf = (message: MessageDiff, kind: "added" | "removed") =>
    message.lines.filter((part) => part.kind === kind).reduce((sum, { text }) => sum + linesIn(text).length, 0);
  const said = messages.map((message) => {
    const [plus, minus] = [linesOf(message, "added"), linesOf(message, "removed")];
    const changes = [...(plus > 0 ? [`+${plus}`] : []), ...(minus > 0 ? [`−${minus}`] : [])];
    return `${roleOf(message)} ${changes.join(" ")} ${plus + minus === 1 ? "line" : "lines"}`;
  });
  // Every parameter of a new prompt is new: that needs no list.
  const parts = [...said, ...(added || removed ? [] : fields.map(({ key }) => key))];
  return parts.length === 0 ? "nothing that a model is sent" : parts.join(", ");
}

const roleOf = ({ role, index }: MessageDiff) => (index > 0 ? `${role} ${index + 1}` : role);

function fieldList(fields: readonly FieldDiff[]): string {
  return fields
    .slice(0, 30)
    .map(({ key, base, head }) => `- ${code(key)}: ${valueText(base)} → ${valueText(head)}`)
    .join("\n");
}

function valueText(value: unknown): string {
  return value === undefined ? "none" : code(JSON.stringify(value) ?? String(value), 200);
}

function messageDiff(message: MessageDiff, maxLines: number): string {
  const { kind } = message;
  const what = kind === "added" ? " (new message)" : kind === "removed" ? " (message removed)" : "";
  const lines = folded(message);
  const shown = lines.slice(0, maxLines);
  const more =
    lines.length > shown.length ? `\n\n… and ${count(lines.length - shown.length, "more line")} of this diff.` : "";
  return `**${roleOf(message)}**${what}\n\n${fence(shown.join("\n"), "diff", 20_000)}${more}`;
}

const signs = { same: "  ", added: "+ ", removed: "- " } as const;

/** The changed lines with a few around them; long unchanged parts are counted. */
function folded({ lines }: MessageDiff): string[] {
  const all = lines.flatMap(({ kind, text }) => linesIn(text).map((line) => ({ kind, line })));
  const near = new Set<number>();
  for (const [index, { kind }] of all.entries()) {
    if (kind === "same") continue;
    for (let at = index - around; at <= index + around; at++) near.add(at);
  }
  const shown: string[] = [];
  let skipped = 0;
  const skip = () => {
    if (skipped > 0) shown.push(`@@ ${count(skipped, "unchanged line")} @@`);
    skipped = 0;
  };
  for (const [index, { kind, line }] of all.entries()) {
    if (!near.has(index)) {
      skipped++;
      continue;
    }
    skip();
    shown.push(...wrapped(line, signs[kind]));
  }
  skip();
  return shown;
}

function linesIn(text: string): string[] {
  return visible(text).replace(/\n$/, "").split("\n");
}

/** A diff cannot be wrapped by the reader's browser: a paragraph in one line is broken between words here. */
function wrapped(line: string, sign: string): string[] {
  const parts: string[] = [];
  let rest = cut(line, 4000);
  while (rest.length > lineChars) {
    const space = rest.lastIndexOf(" ", lineChars);
    const end = space > lineChars / 2 ? space + 1 : wholeAt(rest, lineChars);
    parts.push(rest.slice(0, end));
    rest = rest.slice(end);
  }
  return [...parts, rest].map((part, index) => `${sign}${index > 0 ? "    " : ""}${part.trimEnd()}`);
}

/** A place to cut that is not inside a surrogate pair. */
function wholeAt(text: string, end: number): number {
  return /[\ud800-\udbff]/.test(text[end - 1] ?? "") ? end - 1 : end;
}
