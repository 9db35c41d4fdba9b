import type { BicepFile, BicepResource, BicepValue } from "./read-bicep.ts";

type Constants = Pick<BicepFile, "constants">;
type BicepObject = Extract<BicepValue, { kind: "object" }>;

export interface Span {
  at: number;
  end: number;
}

/** Constants of constants, and what is spread into what is spread: nobody goes further, and a circle ends somewhere. */
const mostSteps = 8;

/** The value at a path of keys, or the nearest place above it. `null` is none. */
export function lookUp(
  resource: BicepResource,
  path: readonly string[],
  file: Constants,
): { value?: BicepValue; near: Span } {
  let value: BicepValue = resource.body;
  let near: Span = { at: resource.at, end: resource.end };
  for (const key of path) {
    const holder = resolve(value, file);
    if (isNull(holder)) return { near };
    // What is made elsewhere may hold the key.
    if (holder.kind !== "object") return { value: holder, near };
    const inner = entryOf(holder, key, file);
    if (!inner) return { near };
    near = { at: inner.at, end: inner.at };
    value = inner;
  }
  const found = resolve(value, file);
  return isNull(found) ? { near: { at: found.at, end: found.end } } : { value: found, near };
}

/** The last one counts. One that is taken over from what only a deployment knows is an expression, at its place. */
export function entryOf(object: BicepObject, key: string, file: Constants, steps = 0): BicepValue | undefined {
  const own = object.entries.get(key);
  for (const spread of object.spreads.toReversed()) {
    if (own && own.at > spread.at) return own;
    const source = steps < mostSteps ? resolve(spread, file, steps + 1) : spread;
    if (source.kind !== "object") return { kind: "expression", at: spread.at, end: spread.end };
    const inner = entryOf(source, key, file, steps + 1);
    // The place that is shown is where it is used.
    if (inner) return { ...inner, at: spread.at, end: spread.end };
  }
  return own;
}

/** A name of a constant, or a dotted way into one, is what it stands for. */
export function resolve(value: BicepValue, file: Constants, from = 0): BicepValue {
  let found = value;
  for (let steps = from; steps < mostSteps && found.kind === "word"; steps++) {
    const constant = constantAt(found.text, file, steps);
    if (!constant) return found;
    found = { ...constant, at: value.at, end: value.end };
  }
  return found;
}

function constantAt(name: string, file: Constants, steps: number): BicepValue | undefined {
  const [head = "", ...keys] = name.split(".");
  let found = file.constants.get(head);
  for (const key of keys) {
    const holder = found && resolve(found, file, steps + 1);
    if (holder?.kind !== "object") return undefined;
    found = entryOf(holder, key, file, steps + 1);
  }
  return found;
}

export function textOf(value: BicepValue | undefined, file: Constants): string | undefined {
  const found = value && resolve(value, file);
  return found?.kind === "text" ? found.text : undefined;
}

function isNull(value: BicepValue): boolean {
  return value.kind === "word" && value.text === "null";
}
