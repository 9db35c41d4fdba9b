import { diffLines, diffWordsWithSpace } from "diff";
import { canonicalJson } from "./digest.ts";
import type { Prompt, PromptMessage, Role } from "./prompt.ts";

export interface TextChange {
  kind: "same" | "added" | "removed";
  text: string;
}

/** What became of one message: the n-th of its role on either side. */
export interface MessageDiff {
  role: Role;
  /** From 0, among the messages of the role. */
  index: number;
  kind: "same" | "added" | "removed" | "changed";
  base?: string;
  head?: string;
  /** By line; whole lines with their line ends. */
  lines: TextChange[];
  /** By word; absent where the texts have too little in common for it to help. */
  words?: TextChange[];
}

/** A key of the front matter whose value changed; values are absent where the side lacks the key. */
export interface FieldDiff {
  /** Dotted, e.g. `parameters.temperature`, `inputs.locale.enum`. */
  key: string;
  base?: unknown;
  head?: unknown;
}

/** How a prompt differs between two commits: data for a comment, a check or a page. */
export interface PromptDiff {
  name: string;
  path: string;
  /** True where one side lacks the prompt. */
  added?: true;
  removed?: true;
  baseVersion?: string;
  headVersion?: string;
  baseDigest?: string;
  headDigest?: string;
  messages: MessageDiff[];
  /** Changed keys in alphabetical order; what does not change behaviour (owners, evals, metadata) is not in it. */
  fields: FieldDiff[];
}

/** Edits that are looked for before texts count as wholly different; bounds the time that two large texts take. */
const mostEdits = 2_000;

/** At least one side must be given. */
export function diffPrompts(base: Prompt | undefined, head: Prompt | undefined): PromptDiff {
  const subject = head ?? base;
  if (!subject) throw new TypeError("a prompt's diff needs a prompt");
  return {
    name: subject.name,
    path: subject.path,
    ...(base ? {} : { added: true as const }),
    ...(head ? {} : { removed: true as const }),
    ...(base?.version === undefined ? {} : { baseVersion: base.version }),
    ...(head?.version === undefined ? {} : { headVersion: head.version }),
    ...(base ? { baseDigest: base.contentDigest } : {}),
    ...(head ? { headDigest: head.contentDigest } : {}),
    messages: diffMessages(base?.messages ?? [], head?.messages ?? []),
    fields: diffFields(base, head),
  };
}

function diffMessages(base: PromptMessage[], head: PromptMessage[]): MessageDiff[] {
  const before = numbered(base);
  const after = numbered(head);
  const keys = [...after.keys(), ...[...before.keys()].filter((key) => !after.has(key))];
  return keys.flatMap((key) => {
    const was = before.get(key);
    const is = after.get(key);
    const some = is ?? was;
    return some ? [diffMessage(some, was?.template, is?.template)] : [];
  });
}

type NumberedMessage = PromptMessage & { index: number };

function numbered(messages: PromptMessage[]): Map<string, NumberedMessage> {
  const counts = new Map<Role, number>();
  return new Map(
    messages.map((message) => {
      const index = counts.get(message.role) ?? 0;
      counts.set(message.role, index + 1);
      return [`${message.role} ${index}`, { ...message, index }];
    }),
  );
}

function diffMessage(
  { role, index }: NumberedMessage,
  base: string | undefined,
  head: string | undefined,
): MessageDiff {
  const kind = base === undefined ? "added" : head === undefined ? "removed" : base === head ? "same" : "changed";
  const [was, is] = [base ?? "", head ?? ""];
  const words = kind === "changed" ? diffWordsWithSpace(was, is, { maxEditLength: mostEdits }) : undefined;
  return {
    role,
    index,
    kind,
    ...(base === undefined ? {} : { base }),
    ...(head === undefined ? {} : { head }),
    lines: changes(diffLines(was, is, { maxEditLength: mostEdits })) ?? wholly(was, is),
    ...(words ? { words: changes(words) ?? [] } : {}),
  };
}

function changes(parts: { value: string; added: boolean; removed: boolean }[] | undefined): TextChange[] | undefined {
  return parts?.map(({ value, added, removed }) => ({
    kind: added ? "added" : removed ? "removed" : "same",
    text: value,
  }));
}

function wholly(base: string, head: string): TextChange[] {
  return [
    { kind: "removed", text: base },
    { kind: "added", text: head },
  ];
}

function diffFields(base: Prompt | undefined, head: Prompt | undefined): FieldDiff[] {
  const before = fieldsOf(base);
  const after = fieldsOf(head);
  const keys = [...new Set([...before.keys(), ...after.keys()])].sort();
  return keys
    .filter((key) => canonicalJson(before.get(key)) !== canonicalJson(after.get(key)))
    .map((key) => ({
      key,
      ...(before.has(key) ? { base: before.get(key) } : {}),
      ...(after.has(key) ? { head: after.get(key) } : {}),
    }));
}

/** Parameters and inputs key by key; the output schema as one value. */
function fieldsOf(prompt: Prompt | undefined): Map<string, unknown> {
  if (!prompt) return new Map();
  const { description, route, model, parameters, inputs, output, safety } = prompt;
  const reference = model && (model.version === undefined ? model.deployment : `${model.deployment}@${model.version}`);
  const groups = {
    parameters,
    output,
    safety,
    ...Object.fromEntries(Object.entries(inputs).map(([name, input]) => [`inputs.${name}`, input])),
  };
  const grouped = Object.entries(groups).flatMap(([group, fields]) =>
    Object.entries(fields).map(([key, value]): [string, unknown] => [`${group}.${key}`, value]),
  );
  const single = Object.entries({ description, route, model: reference });
  return new Map([...single, ...grouped].filter(([, value]) => value !== undefined));
}
