import { describe, expect, test } from "vitest";
import { Pointer, pointerDigest, samePointer } from "../../../src/shared/releases/target-port.ts";

const model = { format: "OpenAI", name: "gpt-5-mini", version: "2026-08-06" };
const pointers: Pointer[] = [
  { kind: "agent", rules: [{ version: "7", percentage: 100 }], fence: "a" },
  { kind: "deployment", deployment: "chat--v42", model, fence: "b" },
  {
    kind: "inPlace",
    deployment: "chat",
    model,
    sku: { name: "GlobalStandard", capacity: 50 },
    raiPolicyName: "Strict",
  },
  { kind: "route", digest: "d", path: "routing/chat.yaml", commit: "c" },
  { kind: "prompt", digest: "d" },
];

describe("pointers", () => {
  test.each(pointers)("a pointer of kind $kind survives a row", (pointer) => {
    expect(Pointer.parse(JSON.parse(JSON.stringify(pointer)))).toEqual(pointer);
  });

  test("the fence is no part of what is pointed to, all else is", () => {
    for (const pointer of pointers) expect(samePointer(pointer, { ...pointer, fence: "other" })).toBe(true);
    expect(new Set(pointers.map(pointerDigest)).size).toBe(pointers.length);
    expect(samePointer(pointers[1], { kind: "deployment", deployment: "chat--v41", model })).toBe(false);
  });

  test("an agent's rules are compared whole, in any order, without shares of nothing", () => {
    const split = (...rules: [string, number][]): Pointer => ({
      kind: "agent",
      rules: rules.map(([version, percentage]) => ({ version, percentage })),
    });
    expect(samePointer(split(["7", 90], ["8", 10]), split(["8", 10], ["7", 90], ["9", 0]))).toBe(true);
    expect(samePointer(split(["7", 90], ["8", 10]), split(["7", 100]))).toBe(false);
  });

  test("nothing is the same as nothing alone", () => {
    expect(samePointer(undefined, undefined)).toBe(true);
    expect(samePointer(undefined, pointers[0])).toBe(false);
  });
});
