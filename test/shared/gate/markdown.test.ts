import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  code,
  cut,
  details,
  fence,
  html,
  htmlLines,
  inline,
  prose,
  table,
  visible,
} from "../../../src/shared/gate/markdown.ts";
import { hostileText, hostileTexts } from "./hostile-text.ts";
import { readMarkdown } from "./read-markdown.ts";

/** What GitHub would make a mention or a reference of. */
const linked = /(?:^|[^\w`])@\w|#\d|\bGH-\d|:\/\/|\bwww\./i;

describe("text in a line", () => {
  test.each(hostileTexts)("%j opens nothing", (text) => {
    for (const safe of [inline(text), prose(text), html(text), htmlLines(text, 500), code(text)]) {
      const read = readMarkdown(`before ${safe} after`);
      expect(read.strangeTags).toEqual([]);
      expect(read.links).toEqual([]);
      expect(read.live).not.toMatch(linked);
      expect(read.skeleton.length).toBe(1);
    }
  });

  test.each([
    "# heading",
    "- item",
    "+ item",
    "1. item",
    "1) item",
    "> quote",
    "===",
    "---",
    "    code",
    "```js",
    "| a |\n|---|",
    "[x]: /url",
    "<b>",
  ])("%j at the start of a line stays a paragraph", (text) => {
    expect(readMarkdown(inline(text)).skeleton).toEqual(["paragraph"]);
    expect(readMarkdown(`before\n${inline(text)}`).skeleton).toEqual(["paragraph"]);
  });

  test("reads as it was written", () => {
    const text = String.raw`a*b_c\d [x](y) <i> & snake_case ~1~ `;
    expect(readMarkdown(inline(text)).live.trim()).toBe(text.trim());
  });

  test("property: nothing opens, whatever is written", () => {
    fc.assert(
      fc.property(hostileText, (text) => {
        for (const safe of [inline(text), prose(text), html(text), code(text)]) {
          const read = readMarkdown(`- ${safe} after\n- second`);
          expect(read.strangeTags).toEqual([]);
          expect(read.links).toEqual([]);
          expect(read.live).not.toMatch(linked);
          expect(read.skeleton).toEqual(["list"]);
        }
      }),
    );
  });

  test("says what is named in code style, and only that", () => {
    expect(prose("name it in `prompts:` of <b>")).toBe("name it in `prompts:` of &lt;b&gt;");
    expect(prose("one ` alone")).toBe("one \\` alone");
    expect(prose("`@team` and @team")).toBe("`@team` and @\u200bteam");
  });
});

describe("cells", () => {
  test("property: a row has as many cells as the head", () => {
    fc.assert(
      fc.property(hostileText, hostileText, (a, b) => {
        const read = readMarkdown(
          table(
            ["one", "two"],
            [
              [inline(a), code(b)],
              [prose(b), html(a)],
            ],
            "lr",
          ),
        );
        expect(read.brokenTables).toEqual([]);
        expect(read.skeleton).toEqual(["table"]);
      }),
    );
  });

  test("a cell of several lines has no blank line, which would end the table", () => {
    expect(htmlLines("a\n\n  b\r\nc", 100)).toBe("a<br><br>&nbsp;&nbsp;b<br>c");
  });
});

describe("fences", () => {
  test("are longer than any run of backticks inside", () => {
    expect(fence("```\nx\n````")).toBe("`````\n```\nx\n````\n`````");
  });

  test("property: the text stays in its fence, and the fence in its details", () => {
    fc.assert(
      fc.property(hostileText, (text) => {
        const read = readMarkdown(details("a", fence(text, "text", 10_000)));
        expect(read.fences).toEqual([cut(visible(text), 10_000)]);
        expect(read.skeleton).toEqual(["html <details> <summary> </summary>", "code", "html </details>"]);
      }),
    );
  });
});

describe("what cannot be seen", () => {
  test("is named", () => {
    expect(visible("a\u202eb\u0000c\u001b[31m")).toBe("a⟨U+202E⟩b⟨U+0000⟩c⟨U+001B⟩[31m");
    expect(visible("hi\u{e0041}\u{e0042}\u{e0043}\u{e0044}")).toBe("hi⟨4 invisible characters from U+E0041⟩");
    expect(visible("a\ud800b")).toBe("a\ufffdb");
    expect(visible(`a${"\u0301".repeat(500)}`).length).toBe(9);
  });

  test("is left alone where a script or an emoji needs it", () => {
    for (const text of ["👩‍🚀", "❤️‍🔥", "می‌خواهم", "line\nline\ttab", "naïve Ünïcode 日本語"])
      expect(visible(text)).toBe(text);
  });

  test("a joiner between ASCII letters hides a word and is named", () => {
    expect(visible("pass\u200dword")).toBe("pass⟨U+200D⟩word");
  });

  test("property: showing twice shows the same", () => {
    fc.assert(
      fc.property(hostileText, (text) => {
        expect(visible(visible(text))).toBe(visible(text));
      }),
    );
  });
});

describe("long texts", () => {
  test("are cut with a count, never inside a character", () => {
    expect(cut("abcdef", 4)).toBe("abcd… (2 more characters)");
    expect(cut("abc😀def", 4)).toBe("abc… (5 more characters)");
    expect(fence("x".repeat(5000), "", 1000)).toContain("… (4,000 more characters)");
  });
});
