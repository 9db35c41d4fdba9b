import { fromMarkdown } from "mdast-util-from-markdown";
import { toString as textOf } from "mdast-util-to-string";

/** A command of a pull request's comment, at the start of a line of plain text. */
export interface Command {
  name: string;
  args: string[];
}

/** More in one comment are not read: nobody types them. */
const maxCommands = 5;

type Block = ReturnType<typeof fromMarkdown>["children"][number];
type Phrase = Extract<Block, { type: "paragraph" }>["children"][number];

/** Where code stood: what it holds is an argument, and never a command. */
const codeMark = "\u0001";

/**
 * The commands in a comment. Quotes, code, HTML and links are no text that the author says, so only paragraphs count;
 * non-breaking spaces and the dashes that editors put for `--` are read as typed. Flags on the next line are the command's.
 */
export function parseCommands(markdown: string): Command[] {
  const { children } = fromMarkdown(markdown);
  const lines = children
    .filter((node) => node.type === "paragraph")
    .flatMap(({ children: said }) =>
      said
        .map(typed)
        .join("")
        .replaceAll("\u00a0", " ")
        .replace(/[\u2013\u2014]/g, "--")
        .replace(/[ \t]*\r?\n[ \t]*(?=--[a-z])/gi, " ")
        .split(/\r?\n/),
    );
  return lines
    .map((line) => line.trim())
    .filter((line) => /^\/[a-z]/i.test(line))
    .slice(0, maxCommands)
    .map((line) => {
      const [name = "", ...args] = line.replaceAll(codeMark, "").slice(1).split(/\s+/);
      return { name: name.toLowerCase(), args };
    });
}

function typed(node: Phrase): string {
  if (node.type === "html") return "";
  if (node.type === "break") return "\n";
  if (node.type === "inlineCode") return `${codeMark}${node.value.replace(/\s+/g, " ")}`;
  return "children" in node ? node.children.map(typed).join("") : textOf(node);
}
