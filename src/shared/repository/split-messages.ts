import { createFinding, type Finding, type Positions } from "./finding.ts";
import type { PromptMessage, Role } from "./prompt.ts";

export interface SplitBody {
  messages: PromptMessage[];
  findings: Finding[];
  /** `messages.N`: the first line of each message's text. */
  positions: Positions;
}

interface Section {
  role: Role;
  /** The marker's line, or the body's first where there is none. */
  line: number;
  lines: string[];
  marked: boolean;
}

/** Prompty's marker. Looked for in trimmed, short lines alone, where its spaces cannot backtrack. */
const marker = /^#?\s*(system|user|assistant)\s*:$/;
const lookAlike = /^#?\s*(system|user|assistant|developer|tool|function)\s*(\[[^\]]*\])?\s*:$/i;
const longestMarker = 60;

/**
 * Splits a body at lines that are nothing but `system:`, `user:` or `assistant:` (a `#` before is allowed), before anything
 * is rendered. As in Prompty, text before the first marker is the system message; a body without markers is one system
 * message. Empty lines around a message do not belong to it.
 */
export function splitMessages(path: string, body: string, bodyLine: number): SplitBody {
  const sections: Section[] = [{ role: "system", line: bodyLine, lines: [], marked: false }];
  const findings: Finding[] = [];
  for (const [index, text] of body.split("\n").entries()) {
    const trimmed = text.length > 4 * longestMarker ? "" : text.trim();
    const line = bodyLine + index;
    const role = trimmed.length > longestMarker ? undefined : readRole(trimmed);
    if (role) sections.push({ role, line, lines: [], marked: true });
    else sections.at(-1)?.lines.push(text);
    if (!role && trimmed.length <= longestMarker && lookAlike.test(trimmed)) {
      findings.push(
        createFinding("prompt/role-look-alike", { path, line }, `\`${trimmed}\` is not read as a role marker.`),
      );
    }
  }
  const messages: PromptMessage[] = [];
  const positions: Positions = {};
  for (const { role, line, lines, marked } of sections) {
    const from = lines.findIndex((text) => text.trim() !== "");
    const template = from < 0 ? "" : lines.slice(from).join("\n").trimEnd();
    if (template === "" && !marked) continue;
    if (template === "")
      findings.push(createFinding("prompt/empty-message", { path, line }, `\`${role}:\` has no text.`));
    else if (role === "system" && messages.length > 0) {
      findings.push(createFinding("prompt/system-not-first", { path, line }, "`system:` comes after another message."));
    }
    if (template === "") continue;
    positions[`messages.${messages.length}`] = { line: line + from + (marked ? 1 : 0), column: 1 };
    messages.push({ role, template });
  }
  if (messages.length === 0)
    findings.push(createFinding("prompt/empty-body", { path, line: bodyLine }, "The prompt has no text."));
  else if (!messages.some(({ role }) => role === "user")) {
    findings.push(createFinding("prompt/no-user-message", { path, line: bodyLine }, "The prompt has no user message."));
  }
  return { messages, findings: findings.slice(0, 50), positions };
}

function readRole(trimmed: string): Role | undefined {
  const role = marker.exec(trimmed)?.[1];
  return role === "system" || role === "user" || role === "assistant" ? role : undefined;
}
