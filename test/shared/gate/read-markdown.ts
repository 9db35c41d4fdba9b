import type { Nodes, Root } from "mdast";
import { fromMarkdown } from "mdast-util-from-markdown";

/** What our own texts may hold; everything else came from a text that should have been made safe. */
const ownTag =
  /^<\/?(?:details|summary|table|tr|th|td|code|sub|br|span|em)(?: (?:open|width="50%"|valign="top"|colspan="2"))*>$/;
const marker = /^<!-- assay:gate:v1 \{"sha":"[0-9a-f]*"\} -->$/;

export interface ReadMarkdown {
  /** Text outside code, as a reader would see it, that GitHub looks for mentions and references in. */
  live: string;
  /** Tags that no section of the comment writes. */
  strangeTags: string[];
  links: string[];
  /** Block types and their own tags in order: equal for equal reports, whatever their texts say. */
  skeleton: string[];
  openTags: Record<string, number>;
  /** Tables whose rows have another number of cells than their head. */
  brokenTables: string[];
  fences: string[];
}

/** Reads a comment as CommonMark does, with the tables of GitHub checked by hand. */
export function readMarkdown(markdown: string): ReadMarkdown {
  const read: ReadMarkdown = {
    live: "",
    strangeTags: [],
    links: [],
    skeleton: [],
    openTags: {},
    brokenTables: [],
    fences: [],
  };
  const root: Root = fromMarkdown(markdown);
  for (const node of root.children) {
    const source = markdown.slice(node.position?.start.offset, node.position?.end.offset);
    const isTable = node.type === "paragraph" && source.startsWith("| ");
    if (isTable) read.brokenTables.push(...brokenTable(source));
    const tags = node.type === "html" ? tagsOf(node.value).filter((tag) => !/br|span/.test(tag)) : [];
    read.skeleton.push([isTable ? "table" : node.type, ...tags.map((tag) => tag.replace(/ [^>]*/, ""))].join(" "));
    visit(node, read);
  }
  return read;
}

function visit(node: Nodes, read: ReadMarkdown): void {
  if (node.type === "text") read.live += `${node.value}\n`;
  if (node.type === "code") read.fences.push(node.value);
  if (node.type === "link" || node.type === "image" || node.type === "definition") read.links.push(node.url);
  if (node.type === "html") {
    for (const tag of tagsOf(node.value)) {
      if (!ownTag.test(tag) && !marker.test(tag)) read.strangeTags.push(tag);
      const name = /^<(\/?\w+)/.exec(tag)?.[1] ?? tag;
      read.openTags[name] = (read.openTags[name] ?? 0) + 1;
    }
    read.live += `${node.value.replace(/<[^>]*>/g, " ").replace(/&#(\d+);/g, (_, n) => String.fromCharCode(Number(n)))}\n`;
  }
  if ("children" in node) for (const child of node.children) visit(child, read);
}

function tagsOf(html: string): string[] {
  return html.match(/<!--[\s\S]*?-->|<[^>]*>?/g) ?? [];
}

/** GitHub splits a row at bars that no backslash stands before. */
function brokenTable(source: string): string[] {
  const cells = source.split("\n").map((line) => line.replace(/\\./g, "").split("|").length);
  return cells.every((n) => n === cells[0]) ? [] : [source];
}
