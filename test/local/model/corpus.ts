import type { AnswerRequest } from "../../../src/local/model/answer.ts";

/** A small corpus that nothing in the stand-in was written for. */
export const passages = {
  en: [
    "Beehive inspections should take place every 10 days from April to July. Open the hive only when the air is warmer than 15 degrees, because cold air chills the brood. Use smoke sparingly: three puffs at the entrance are enough.",
    "Honey is harvested once at least 80 percent of the comb cells are capped. Uncapped honey holds too much water and ferments in the jar. Extracted honey is strained twice and rests for two days before bottling.",
    "Varroa mites are treated with formic acid after the last harvest. Wear gloves and goggles while handling the acid, and never treat a colony during the nectar flow.",
    "Colonies are fed sugar syrup in September. A strong colony needs about 15 kilograms of stores to survive the winter.",
  ],
  de: [
    "Die Bibliothek öffnet dienstags bis freitags um 9 Uhr und schließt um 19 Uhr. Am Montag bleibt sie geschlossen.",
    "Bücher dürfen vier Wochen ausgeliehen werden. Eine Verlängerung ist zweimal möglich, sofern niemand das Buch vorgemerkt hat.",
    "Der Leseausweis kostet 12 Euro im Jahr. Kinder und Jugendliche unter 18 Jahren erhalten ihn kostenlos.",
  ],
};

export const questions = {
  en: [
    "How often should I inspect a beehive?",
    "When can honey be harvested?",
    "How are varroa mites treated?",
    "How much stores does a colony need for the winter?",
    "What is used to feed colonies in September?",
    "How warm must the air be to open the hive?",
  ],
  de: ["Wann öffnet die Bibliothek?", "Wie lange darf ich Bücher ausleihen?", "Was kostet der Leseausweis?"],
};

export const unanswerable = {
  en: ["Which insurance covers a stolen bicycle?", "Who won the chess championship?"],
  de: ["Welche Versicherung zahlt bei Fahrraddiebstahl?"],
};

/** The places where prompts put their context. */
export const layouts: Record<string, (tone: string, context: string, question: string) => AnswerRequest["messages"]> = {
  "in the system message, below a word and a colon": (tone, context, question) => [
    { role: "system", content: `You help people.\n${tone}\n\nDocumentation:\n${context}` },
    { role: "user", content: question },
  ],
  "in the user message, before the question": (tone, context, question) => [
    { role: "system", content: `You help people.\n\n${tone}` },
    { role: "user", content: `# Context\n\n${context}\n\nQuestion: ${question}` },
  ],
  "in the user message, after the question": (tone, context, question) => [
    { role: "system", content: tone },
    { role: "user", content: `${question}\n\nSources:\n\n${context}` },
  ],
  "in a tag": (tone, context, question) => [
    { role: "system", content: `<context>\n${context}\n</context>\n\n${tone}` },
    { role: "user", content: question },
  ],
  "in one message, between quotes": (tone, context, question) => [
    { role: "user", content: `${tone}\n\n"""\n${context}\n"""\n\n${question}` },
  ],
  "in the system message, before the rules": (tone, context, question) => [
    { role: "system", content: `Here are the passages that were found:\n\n${context}\n\n${tone}` },
    { role: "user", content: `Question: ${question}` },
  ],
  "below labels of another trade": (tone, context, question) => [
    { role: "system", content: tone },
    { role: "user", content: `Recipes:\n${context}\n\nRequest: ${question}` },
  ],
  "below labels of another trade, in German": (tone, context, question) => [
    { role: "system", content: `Du bist die Hilfe eines Verlags.\n${tone}` },
    { role: "user", content: `Vertragsklauseln:\n\n${context}\n\nMandant fragt: ${question}` },
  ],
  "below a label of another trade, after the question": (tone, context, question) => [
    { role: "system", content: tone },
    { role: "user", content: `Request: ${question}\n\nClauses:\n${context}` },
  ],
  "in the system message, below a label of another trade": (tone, context, question) => [
    { role: "system", content: `You help people.\n${tone}\n\nSpeisekarte:\n${context}` },
    { role: "user", content: question },
  ],
  "below headings of another trade": (tone, context, question) => [
    { role: "system", content: tone },
    { role: "user", content: `## Recipes\n\n${context}\n\n## Request\n\n${question}` },
  ],
  "in tags of another trade": (tone, context, question) => [
    { role: "system", content: tone },
    { role: "user", content: `<recipes>\n${context}\n</recipes>\n<request>${question}</request>` },
  ],
  "in short paragraphs without any label": (tone, context, question) => [
    { role: "system", content: tone },
    { role: "user", content: `${context.replaceAll(/(?<=[.:]) /g, "\n\n")}\n\n${question}` },
  ],
};

export function request(messages: AnswerRequest["messages"], rest: Partial<AnswerRequest> = {}): AnswerRequest {
  return { model: "gpt-4.1-mini", messages, ...rest };
}
