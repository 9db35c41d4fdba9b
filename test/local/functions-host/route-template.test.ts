import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parseRoute } from "../../../src/local/functions-host/route-template.ts";

describe("a route template", () => {
  test.each([
    ["health", "/health", {}],
    ["Health", "/hEALTH", {}],
    ["health", "/health/", {}],
    ["health", "/healthy", undefined],
    ["health", "/", undefined],
    ["items/{id}", "/items/a", { id: "a" }],
    ["items/{id}", "/items", undefined],
    ["items/{id}", "/items/a/b", undefined],
    ["items/{id?}", "/items", {}],
    ["items/{id?}", "/items/a", { id: "a" }],
    ["items/{id:int}", "/items/-12", { id: "-12" }],
    ["items/{id:int}", "/items/12a", undefined],
    ["items/{id:int?}", "/items", {}],
    ["items/{id:guid}", "/items/7d4f4a0a-8e2a-4a76-8e5d-0f8c2f9f1d11", { id: "7d4f4a0a-8e2a-4a76-8e5d-0f8c2f9f1d11" }],
    ["files/{*rest}", "/files/a/b/c.txt", { rest: "a/b/c.txt" }],
    ["files/{*rest}", "/files", {}],
    ["files/{**rest}", "/files/a", { rest: "a" }],
    ["items/{id}", "/items/a%20b%C3%A9", { id: "a bé" }],
    ["items/{id}", "/items/a%2Fb", { id: "a%2Fb" }],
    ["items/{id}", "/items/100%", { id: "100%" }],
  ])("%s on %s", (template, path, values) => {
    expect(parseRoute(template).match(path)).toEqual(values);
  });

  test("what is more special goes first", () => {
    const templates = ["{*rest}", "a/{b}", "a/{b:int}", "a/b", "{a}/{b}"];
    const sorted = templates.toSorted((a, b) => parseRoute(a).precedence.localeCompare(parseRoute(b).precedence));
    expect(sorted).toEqual(["a/b", "a/{b:int}", "a/{b}", "{a}/{b}", "{*rest}"]);
  });

  test.each(["{id=5}", "{id:length(3)}", "{name}.md", "{id"])(
    "bad input: %s is refused, not taken for a literal",
    (text) => {
      expect(() => parseRoute(`items/${text}`)).toThrow(text);
    },
  );

  test("what is put into a template's parameters comes out of the match", () => {
    const segment = fc
      .string({ minLength: 1, unit: "grapheme" })
      .filter((text) => !/%2f|^\.{1,2}$|[/\p{Cs}]/iu.test(text));
    fc.assert(
      fc.property(segment, fc.array(segment, { minLength: 1, maxLength: 4 }), (id, rest) => {
        const path = `/items/${encodeURIComponent(id)}/${rest.map(encodeURIComponent).join("/")}`;
        expect(parseRoute("items/{id}/{*rest}").match(path)).toEqual({ id, rest: rest.join("/") });
      }),
    );
  });

  test("bad input: no path makes it throw", () => {
    const route = parseRoute("items/{id:int}/{*rest}");
    fc.assert(fc.property(fc.string({ unit: "binary" }), (path) => void route.match(path)));
  });
});
