import { fromMarkdown } from "mdast-util-from-markdown";
import { toString as textOf } from "mdast-util-to-string";

/** A command of a pull request's comment, at the start of a line of plain text. */
export interface Command {
  name: string;
  args: string[];
}

/** More lines of one comment are not looked at. */
const mostLines = 1000;

type Block = ReturnType<typeof fromMarkdown>["children"][number];
type Phrase = Extract<Block, { type: "paragraph" }>["children"][number];

/** Where code, a link or an image stood: what it holds is an argument, and never a command. */
const mark = "\u0001";
/** Tags around what is shown, quoted or struck out, and not said. */
const notSaid = /^<\/?(a|blockquote|code|del|kbd|pre|q|s|samp|strike|tt)\b/i;
/** Around what stands between those. */
const [opened, closed] = ["\u0002", "\u0003"];
const between = new RegExp(`${opened}[^${closed}]*`, "g");
const marks = new RegExp(`[${mark}${opened}${closed}]`, "g");

/**
 * The commands in a comment. Quotes, code, HTML, links and a slash that is escaped are no text that the author says, so only
 * paragraphs count; non-breaking spaces and the dashes that editors put for `--` are read as typed. Flags on the next line are
 * the command's.
 */
export function parseCommands(markdown: string): Command[] {
  // The tree does not tell an escaped slash from a typed one.
  const { children } = fromMarkdown(markdown.replace(/\\\/|&(?:#0*47|#x0*2f|sol);/gi, `${mark}/`));
  const lines = children
    .filter((node) => node.type === "paragraph")
    .flatMap(({ children: said }) =>
      said
        .map(typed)
        .join("")
        .replace(between, (part) => part.replaceAll("\n", `\n${mark}`))
        .replaceAll("\u00a0", " ")
        .replace(/[\u2013\u2014]/g, "--")
        .replace(/[ \t]*\r?\n[ \t]*(?=--[a-z])/gi, " ")
        .split(/\r?\n/),
    );
  return lines
    .map((line) => line.trim())
    .slice(0, mostLines)
    .filter((line) => /^\/[a-z]/i.test(line))
    .map((line) => {
      const [name = "", ...args] = line.replace(marks, "").slice(1).split(/\s+/);
      return { name: name.toLowerCase(), args };
    });
}

function typed(node: Phrase): string {
  switch (node.type) {
    case "html":
      if (!notSaid.test(node.value)) return "";
      return node.value.startsWith("</") ? closed : opened;
    case "break":
      return "\n";
    case "inlineCode":
      return `${mark}${node.value.replace(/\s+/g, " ")}`;
    case "image":
    case "imageReference":
      return mark;
    case "link":
    case "linkReference":
      return `${mark}${textOf(node).replace(/\s+/g, " ")}`;
    default:
      return "children" in node ? node.children.map(typed).join("") : textOf(node);
  }
}
