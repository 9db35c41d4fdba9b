import { createFinding, type Finding } from "./finding.ts";

export type SplitFile = { frontMatter: string; body: string; bodyLine: number } | { finding: Finding };

/**
 * Splits a file at its two `---` lines. A language behind the first one (`---js`) is refused: readers that know such
 * languages run them.
 */
export function splitFrontMatter(path: string, text: string): SplitFile {
  const firstEnd = lineEnd(text, 0);
  const first = text.slice(0, firstEnd).trimEnd();
  if (!first.startsWith("---") && !/^(\+\+\+|;;;)/.test(first)) {
    return { finding: createFinding("prompt/no-front-matter", { path }, `${path} does not start with ---.`) };
  }
  if (first !== "---") {
    const named = first.slice(0, 40);
    return {
      finding: createFinding(
        "prompt/front-matter-language",
        { path },
        `Front matter starts with \`${named}\`; only --- is read.`,
      ),
    };
  }
  for (let start = firstEnd + 1; start <= text.length; start = lineEnd(text, start) + 1) {
    const end = lineEnd(text, start);
    if (text.slice(start, Math.min(end, start + 200)).trimEnd() !== "---" || end - start > 200) continue;
    const frontMatter = text.slice(firstEnd + 1, start);
    return { frontMatter, body: text.slice(end + 1), bodyLine: 3 + count(frontMatter) };
  }
  const fix = "Write --- alone on the line after the front matter.";
  return { finding: createFinding("prompt/no-front-matter", { path }, "The front matter is not closed by ---.", fix) };
}

function lineEnd(text: string, from: number): number {
  const end = text.indexOf("\n", from);
  return end < 0 ? text.length : end;
}

function count(text: string): number {
  return text.split("\n").length - 1;
}
