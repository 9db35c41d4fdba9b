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
  const told: Block[] = [];
  const passages: string[] = [];
  let question = "";
  const lastUser = messages.findLastIndex((message) => message.role === "user");
  messages.forEach(({ role, content }, index) => {
    if (role === "assistant") return;
    if (role === "tool" || role === "function") {
      passages.push(...paragraphsOf(content));
      return;
    }
    const parts = partition(content, role === "user");
    passages.push(...parts.passages);
    if (parts.question !== "" && (role !== "user" || index === lastUser)) question = parts.question;
    const rest = [...parts.rest];
    if (index === lastUser && parts.question === "") {
      const cut = questionIn(rest.pop()?.text ?? "");
      question = cut.question;
      if (cut.before !== "") rest.push({ text: cut.before, maybeMatter: false });
    }
    if (role !== "user" || index === lastUser) told.push(...rest);
  });
  // What is long reads as matter only where nothing else is marked as that.
  const unmarked = passages.length === 0;
  if (unmarked) passages.push(...told.filter(({ maybeMatter }) => maybeMatter).map(({ text }) => text));
  const instructions = told.filter(({ maybeMatter }) => !(unmarked && maybeMatter)).map(({ text }) => text);
  return { instructions: instructions.join("\n\n"), passages, question };
}

/** What is neither marked as matter nor as the question. */
interface Block {
  text: string;
  maybeMatter: boolean;
}

function partition(content: string, fromUser: boolean): { passages: string[]; question: string; rest: Block[] } {
  const passages: string[] = [];
  const rest: Block[] = [];
  const question: string[] = [];
  const take = (_whole: string, _mark: string, inside: string) => {
    passages.push(...paragraphsOf(inside));
    return "\n\n";
  };
  const text = content.replaceAll("\r\n", "\n").replace(TAGGED, take).replace(FENCED, take);
  let mode: "rest" | "context" | "question" = "rest";
  const paragraphs = paragraphsOf(text);
  paragraphs.forEach((paragraph, index) => {
    if (mode === "question") mode = "rest";
    if (mode === "context" && isInstruction(paragraph)) mode = "rest";
    const open: string[] = [];
    const flush = () => {
      const block = open.splice(0).join("\n").trim();
      if (block === "") return;
      if (mode === "context") passages.push(block);
      else if (mode === "question") question.push(block);
      else {
        const last = fromUser && index === paragraphs.length - 1;
        rest.push({ text: block, maybeMatter: block.length >= LONG_PARAGRAPH && !isInstruction(block) && !last });
      }
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
        if (announced && isInstruction(line)) rest.push({ text: line, maybeMatter: false });
        mode = "context";
        if (announced?.[1]) open.push(announced[1]);
      } else if (OTHER_LABEL.test(line)) {
        flush();
        mode = "rest";
        open.push(line);
      } else open.push(line);
    }
    flush();
  });
  return { passages, question: question.join("\n").trim(), rest };
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
