import type { ChatMessage } from "./chat-body.ts";

/** What a judge is asked, told by the layout of its messages. */
export interface JudgingTask {
  /** What is asked: the rubric or the criterion where there is one, else the judge's instructions. */
  task: string;
  /** The rubric or the criterion is the asker's own. */
  isOwn: boolean;
  /** Texts between `<<<name key>>>` and `<<<end of name key>>>`, by name. */
  texts: Map<string, string>;
  /** What the JSON answer holds. */
  wants: "score" | "choice";
}

const ROLE = /\b(?:judge|grader|grade|evaluat(?:e|or)|assess(?:or)?|score|rate)\b/i;
const TEXT = /<<<([\p{L}][\p{L} ]{0,40}) ([0-9a-f]{8,64})>>>\n([\s\S]*?)\n<<<end of \1 \2>>>/gu;

/** A conversation whose system message makes the model a judge, and whose texts are set apart; undefined for any other. */
export function readJudging(messages: readonly ChatMessage[]): JudgingTask | undefined {
  const system = messages.find(({ role }) => role === "system")?.content ?? "";
  const wants = /"choice"\s*:/.test(system)
    ? "choice"
    : /"(?:score|grade|rating)"\s*:/.test(system)
      ? "score"
      : undefined;
  if (!wants || !ROLE.test(system)) return undefined;
  const users = messages.filter(({ role }) => role === "user").map(({ content }) => content);
  const texts = new Map<string, string>();
  for (const [, name = "", , text = ""] of users.join("\n").matchAll(TEXT)) texts.set(name.toLowerCase(), text);
  if (texts.size === 0) return undefined;
  const own = ["rubric", "criterion"].map((name) => texts.get(name) ?? "");
  const isOwn = own.some((text) => text !== "");
  return { task: isOwn ? own.join("\n").trim() : system, isOwn, texts, wants };
}
