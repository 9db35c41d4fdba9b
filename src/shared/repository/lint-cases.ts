import type { AiRepository, Suite } from "./ai-repository.ts";
import { promptsOf } from "./coverage.ts";
import { createFinding, type Finding } from "./finding.ts";
import { nearDuplicates } from "./near-duplicates.ts";
import type { Prompt } from "./prompt.ts";
import { renderPrompt, renderValue } from "./render-prompt.ts";
import type { EvalCase } from "./suite.ts";

/** Findings of one kind in one suite: more of the same help nobody. */
const mostOfAKind = 20;
/** Shorter texts (a greeting, an order number, an answer that a rule spells out) stand in prompts by chance. */
const leastLeak = 40;
/** What people ask is short; from here on it is nobody's greeting. */
const leastQuestion = { letters: 20, words: 5 };

/** Cases against the prompts that they are sent to, and against each other. */
export function lintCases(repository: AiRepository, suite: Suite): Finding[] {
  const prompts = promptsOf(repository, suite);
  const origin = ({ id }: EvalCase) => suite.origins[id] ?? { path: suite.path, line: 1 };
  return [
    ...prompts.flatMap((prompt) => misfits(prompt, suite, origin).slice(0, mostOfAKind)),
    ...unusedInputs(prompts, suite, origin),
    ...prompts.flatMap((prompt) => leaks(prompt, suite).slice(0, mostOfAKind)),
    ...nearDuplicates(suite)
      .slice(0, mostOfAKind)
      .map(({ item, other }) =>
        createFinding(
          "case/near-duplicate",
          origin(item),
          `Case \`${item.id}\` is almost the same as \`${other.id}\`.`,
        ),
      ),
  ];
}

type OriginOf = (item: EvalCase) => { path: string; line: number };

function misfits(prompt: Prompt, suite: Suite, origin: OriginOf): Finding[] {
  // A template's own problems are told at the template.
  const messages: Prompt["messages"] = [];
  return suite.cases.flatMap((item) => {
    const rendered = renderPrompt({ inputs: prompt.inputs, messages }, item.inputs);
    if ("messages" in rendered) return [];
    return rendered.problems.map(({ message }) =>
      createFinding("case/input", origin(item), `Case \`${item.id}\` for the prompt \`${prompt.name}\`: ${message}.`),
    );
  });
}

function unusedInputs(prompts: Prompt[], suite: Suite, origin: OriginOf): Finding[] {
  if (prompts.length === 0) return [];
  const declared = new Set(prompts.flatMap(({ inputs }) => Object.keys(inputs)));
  const first = new Map<string, EvalCase>();
  for (const item of suite.cases) {
    for (const name of Object.keys(item.inputs)) if (!declared.has(name) && !first.has(name)) first.set(name, item);
  }
  return [...first]
    .slice(0, mostOfAKind)
    .map(([name, item]) =>
      createFinding(
        "case/unused-input",
        origin(item),
        `No prompt of \`${suite.name}\` declares the input \`${name.slice(0, 80)}\`.`,
      ),
    );
}

function leaks(prompt: Prompt, suite: Suite): Finding[] {
  const messages = prompt.messages.map(({ template }) => plain(template));
  return suite.cases.flatMap((item) => {
    const asked = Object.values(item.inputs).map(renderValue).map(plain).filter(saysMuch);
    const answers = [...item.expected, ...item.facts].map(plain).filter(({ length }) => length >= leastLeak);
    const leaked = [...asked, ...answers].find((text) => messages.some((message) => message.includes(text)));
    if (leaked === undefined) return [];
    const index = messages.findIndex((message) => message.includes(leaked));
    const at = { path: prompt.path, ...prompt.positions[`messages.${index}`] };
    return [
      createFinding(
        "prompt/leaked-case",
        at,
        `Text of the case \`${item.id}\` of \`${suite.name}\` stands in the prompt.`,
      ),
    ];
  });
}

function saysMuch(text: string): boolean {
  const { letters, words } = leastQuestion;
  return text.length >= leastLeak || (text.length >= letters && text.split(" ").length >= words);
}

function plain(text: string): string {
  return text.toLowerCase().replace(/\s+/g, " ").trim();
}
