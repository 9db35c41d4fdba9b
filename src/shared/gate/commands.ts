import { fromMarkdown } from "mdast-util-from-markdown";
import { toString as textOf } from "mdast-util-to-string";

/** A command of a pull request's comment, at the start of a line of plain text. */
export interface Command {
  name: string;
  args: string[];
}

/** More in one comment are not read: nobody types them. */
const maxCommands = 5;

/**
 * The commands in a comment. Quotes, code, HTML and links are no text that the author says, so only paragraphs count;
 * non-breaking spaces and the dashes that editors put for `--` are read as typed.
 */
export function parseCommands(markdown: string): Command[] {
  const { children } = fromMarkdown(markdown);
  const lines = children
    .filter((node) => node.type === "paragraph")
    .flatMap((node) =>
      textOf({
        ...node,
        children: node.children.filter((child) => child.type !== "html" && child.type !== "inlineCode"),
      }).split(/\r?\n/),
    );
  return lines
    .map((line) =>
      line
        .replaceAll("\u00a0", " ")
        .replace(/[\u2013\u2014]/g, "--")
        .trim(),
    )
    .filter((line) => /^\/[a-z]/i.test(line))
    .slice(0, maxCommands)
    .map((line) => {
      const [name = "", ...args] = line.slice(1).split(/\s+/);
      return { name: name.toLowerCase(), args };
    });
}
