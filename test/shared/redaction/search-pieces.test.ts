import { expect, test } from "vitest";
import { rangesOf, searchPieces } from "../../../src/shared/redaction/search-pieces.ts";

test("a text may hold more finds than a call takes arguments", () => {
  const text = "x ".repeat(130_000);
  const found = searchPieces(
    text,
    [],
    (piece) => rangesOf(piece, /x/g),
    (piece) => piece,
  );
  expect(found).toHaveLength(130_000);
});
