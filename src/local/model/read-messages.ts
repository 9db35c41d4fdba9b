import type { ChatMessage } from "./chat-body.ts";
import { asksForSomething } from "./instructions.ts";

/** What a conversation is made of, told by its layout: instructions, the passages to answer from, and the question. */
export interface Reading {
  instructions: string;
  passages: string[];
  question: string;
}

const SOURCE_WORD =
  "(?:context|documentation|docs?|documents?|sources?|passages?|excerpts?|articles?|manual|handbook|references?|snippets?|material|knowledge base|faq|facts|background|search results|kontext|dokumentation|doku|dokumente?|quellen?|textstellen|abschnitte?|auszüge|auszug|artikel|handbuch|unterlagen|wissensdatenbank|fakten)";
const TAGGED = new RegExp(`<(${SOURCE_WORD})(?:\\s[^<>]{0,200})?>([\\s\\S]*?)</\\1>`, "gi");
/** Read as a label: "<recipes>…</recipes>" is "recipes:" with that below it. */
const OTHER_TAG = /<([a-z][\w-]{2,40})>([\s\S]*?)<\/\1>/gi;
const FENCED = /("""|```|~~~)([\s\S]+?)\1/g;
/** A line that announces sources: "Documentation:", "## Context", "Here is the context:", "Context: the text itself". */
const ANNOUNCING = new RegExp(
  `^\\W{0,5}(?:[^.!?\\n]{0,60}\\s)?["'*_\`]{0,3}${SOURCE_WORD}\\b[^.!?:\\n]{0,40}[*_]{0,2}:[*_]{0,2}[ \\t]*(.*)$`,
  "iu",
);
const HEADING = new RegExp(
  `^(?:#{1,6}\\s|\\[|=+\\s|-{3,}\\s?|\\*\\*)\\W*(?:[\\p{L}' ]{0,30}\\s)?${SOURCE_WORD}\\b[\\p{L}' ]{0,20}\\W*$`,
  "iu",
);
const ASKING =
  /^\W{0,5}(?:(?:the |die )?(?:user|customer|user's|customer's|human|nutzer\w*|kunde\w*)\s*(?:question|query|asks|message|frage|fragt)?|question|query|frage|kundenfrage|anfrage|input|user input|q)[*_]{0,2}\s*[:：][*_]{0,2}[ \t]*(.*)$/iu;
const OTHER_LABEL =
  /^(?:#{1,6}\s+|\*\*)?(?:answer|response|antwort|instructions?|rules?|task|anweisung(?:en)?|regeln|aufgabe|tone|ton|style|stil|format|output|guidelines?)\b[^.!?\n]{0,30}(?::|\*\*|$)/iu;
/** A paragraph at least this long in a prompt is matter to read unless it instructs. */
const LONG_PARAGRAPH = 200;
/** Longer than this is no question. */
const QUESTION_LIMIT = 600;

export function readMessages(messages: readonly ChatMessage[]): Reading {
  const read: Block[] = [];
  let question = "";
  const lastUser = messages.findLastIndex((message) => message.role === "user");
  const ruled = messages.some(({ role }) => role === "system" || role === "developer");
  messages.forEach(({ role, content }, index) => {
    if (role === "assistant") return;
    if (role === "tool" || role === "function") {
      for (const text of paragraphsOf(content)) read.push({ text, kind: "matter" });
      return;
    }
    const parts = partition(content, role !== "user" ? "rules" : ruled ? "input" : "both");
    if (parts.question !== "" && (role !== "user" || index === lastUser)) question = parts.question;
    if (index === lastUser && parts.question === "") question = takeQuestion(parts.blocks);
    for (const block of parts.blocks)
      if (role !== "user" || index === lastUser || block.kind === "matter") read.push(block);
  });
  // What only may be matter is that where nothing else is marked.
  const unmarked = !read.some(({ kind }) => kind === "matter");
  const isMatter = ({ kind }: Block) => kind === "matter" || (unmarked && kind === "maybe");
  const texts = (blocks: Block[]) => blocks.map(({ text }) => text);
  return {
    instructions: texts(read.filter((block) => !isMatter(block))).join("\n\n"),
    passages: texts(read.filter(isMatter)),
    question,
  };
}

/** A part of a message that is not marked as the question. `maybe`: matter, unless another part is marked as that. */
interface Block {
  text: string;
  kind: "told" | "maybe" | "matter";
}

/** `both`: the only message there is, with the rules in it. */
type Purpose = "rules" | "input" | "both";

function partition(content: string, purpose: Purpose): { question: string; blocks: Block[] } {
  const blocks: Block[] = [];
  const question: string[] = [];
  const take = (_whole: string, _mark: string, inside: string) => {
    for (const paragraph of paragraphsOf(inside)) blocks.push({ text: paragraph, kind: "matter" });
    return "\n\n";
  };
  const text = content
    .replaceAll("\r\n", "\n")
    .replace(TAGGED, take)
    .replace(FENCED, take)
    .replace(OTHER_TAG, "\n\n$1:\n$2\n\n");
  let mode: "rest" | "context" | "question" | "labelled" = "rest";
  for (const paragraph of paragraphsOf(text)) {
    if (mode === "question" || (mode !== "rest" && isInstruction(paragraph))) mode = "rest";
    const open: string[] = [];
    const flush = () => {
      const block = open.splice(0).join("\n").trim();
      if (block === "") return;
      if (mode === "question") question.push(block);
      else if (mode === "context") blocks.push({ text: block, kind: "matter" });
      else blocks.push({ text: block, kind: mayBeMatter(block, mode === "labelled", purpose) ? "maybe" : "told" });
    };
    for (const line of paragraph.split("\n")) {
      const asked = ASKING.exec(line);
      const announced = asked ? null : ANNOUNCING.exec(line);
      if (asked) {
        flush();
        mode = "question";
        if (asked[1]) open.push(asked[1]);
      } else if (HEADING.test(line) || (announced && announces(announced[1] ?? ""))) {
        flush();
        if (announced && isInstruction(line)) blocks.push({ text: line, kind: "told" });
        mode = "context";
        if (announced?.[1]) open.push(announced[1]);
      } else if (OTHER_LABEL.test(line)) {
        flush();
        mode = "rest";
        open.push(line);
      } else if (mode !== "context" && mode !== "question" && labels(line)) {
        flush();
        // With text of its own, a line of the rules is as likely a rule as matter.
        mode = labelledText(line) === "" || purpose === "input" ? "labelled" : "rest";
        if (labelledText(line) !== "") open.push(line);
      } else open.push(line);
    }
    flush();
  }
  return { question: question.join("\n").trim(), blocks };
}

/** A word or a few with a colon, or a heading, whatever the trade calls its matter: "Recipes:", "## Klauseln". */
const LABEL = /^\W{0,5}\p{L}[\p{L}\p{N}'’/_-]*(?: [\p{L}\p{N}'’/_-]+){0,4}[*_]{0,2}:[*_]{0,2}(?:[ \t]+(.*))?$/u;
const ANY_HEADING = /^#{1,6}\s+\p{L}[^.!?:\n]{0,60}$/u;
/** A shorter paragraph of the input is as likely a greeting. */
const SHORT_PARAGRAPH = 25;

function labels(line: string): boolean {
  return !isInstruction(line) && (ANY_HEADING.test(line) || (LABEL.test(line) && !isInstruction(labelledText(line))));
}

function labelledText(line: string): string {
  return LABEL.exec(line)?.[1]?.trim() ?? "";
}

function mayBeMatter(block: string, labelled: boolean, purpose: Purpose): boolean {
  if (isInstruction(block)) return false;
  if (labelled || block.length >= LONG_PARAGRAPH) return true;
  return block.length >= SHORT_PARAGRAPH && (purpose === "input" || (purpose === "both" && !asksForSomething(block)));
}

/** Where no label says which part is the question: the last one that asks, or else the last that is not marked as matter. */
function takeQuestion(blocks: Block[]): string {
  const asks = blocks.findLastIndex(
    ({ text, kind }, index) => /\?\W*$/.test(text) && (kind !== "matter" || index === blocks.length - 1),
  );
  const last = blocks.length - 1;
  const plain = blocks.findLastIndex(({ kind }) => kind !== "matter");
  const found = asks >= 0 ? asks : plain >= 0 ? plain : LABEL.test(blocks[last]?.text ?? "") ? last : -1;
  if (found < 0) return "";
  const [block] = blocks.splice(found, 1);
  const cut = questionIn(block?.text ?? "");
  if (cut.before !== "") blocks.splice(found, 0, { text: cut.before, kind: block?.kind ?? "told" });
  return labelledText(cut.question) || cut.question;
}

/** "Use only these sources:" announces; "Rules for sources: never guess" instructs. */
function announces(after: string): boolean {
  return after.trim() === "" || !isInstruction(after);
}

const OPENER =
  /^\W*(?:be|answer|use|only|do|don['’]t|never|always|you|keep|write|respond|reply|stick|if|please|make|stay|avoid|base|speak|greet|end|start|remember|when|limit|restrict|no|format|return|say|explain|sound|give|refuse|decline|your|sei|antworte|nutze|verwende|bleib|halte?|schreibe?|erfinde|wenn|falls|du|bitte|nenne|stütze?|beschränke|rate|spekuliere|nur|vermeide|formuliere|gib|lehne|deine?|sie|ihre|begrüße)\b/iu;

function isInstruction(paragraph: string): boolean {
  return OPENER.test(paragraph) && asksForSomething(paragraph);
}

function questionIn(text: string): { question: string; before: string } {
  const lines = text.split("\n");
  if (text.length <= QUESTION_LIMIT || lines.length === 1) return { question: text.trim(), before: "" };
  return { question: lines.at(-1)?.trim() ?? "", before: lines.slice(0, -1).join("\n") };
}

function paragraphsOf(text: string): string[] {
  return text
    .split(/\n\s*\n|\n\s*(?:-{3,}|={3,}|\*{3,}|#{3,})\s*(?:\n|$)/)
    .map((paragraph) => paragraph.trim())
    .filter((paragraph) => /[\p{L}\p{N}]/u.test(paragraph));
}
