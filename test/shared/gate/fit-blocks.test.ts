import { describe, expect, test } from "vitest";
import { fitBlocks } from "../../../src/shared/gate/fit-blocks.ts";

const block = (name: string, ...sizes: number[]) => ({ name, texts: sizes.map((size) => name.charAt(0).repeat(size)) });

describe("fitBlocks", () => {
  test("what fits is joined and nothing is said", () => {
    expect(fitBlocks([block("a", 3), block("b", 2), { name: "c", texts: [""] }], 2000)).toBe("aaa\n\nbb");
  });

  test("shortens from the end on before it leaves anything out", () => {
    const text = fitBlocks([block("a", 900, 10), block("b", 900, 20), block("c", 900, 30)], 2400);
    expect(
      text
        .split("\n\n")
        .map((part) => part.length)
        .slice(0, 3),
    ).toEqual([900, 20, 30]);
    expect(text).toContain("shortened: b, c._");
  });

  test("leaves out from the end on, and never what has to be kept", () => {
    const text = fitBlocks([block("a", 900), block("b", 900), { ...block("c", 900), keep: true }], 2500);
    expect(text).toMatch(/^a{900}\n\nc{900}\n\n_.*left out: b\._$/);
  });
});
