import type { Suite } from "./ai-repository.ts";
import { renderValue } from "./render-prompt.ts";
import type { EvalCase } from "./suite.ts";

/** Share of all shingles that two texts have in common from which they count as the same. */
const alike = 0.8;
const shingleWords = 3;
/** Shorter texts are the same only where their words are. */
const leastWords = 8;
/** Texts that share a band are looked at: 16 bands of 3 find a pair at 0.8 in all but 2 of 100,000 cases. */
const bands = 16;
const rows = 3;
/** Of a band's texts that much are compared, so that ten thousand cases of one template stay linear. */
const mostCompared = 8;

interface ReadCase {
  item: EvalCase;
  /** Words of each input, and of the conversation, by name. */
  texts: Map<string, string>;
  shingles: Map<string, Set<number>>;
}

/** Cases that are almost the same as an earlier one, without those that share a cluster. Linear in the cases. */
export function nearDuplicates({ cases }: Pick<Suite, "cases">): { item: EvalCase; other: EvalCase }[] {
  const same = new Map<string, EvalCase>();
  const buckets = new Map<string, ReadCase[]>();
  return cases.flatMap((item) => {
    const texts = textsOf(item);
    const key = JSON.stringify([...texts]);
    const twin = same.get(key);
    if (!twin) same.set(key, item);
    const other = twin ?? similar({ item, texts, shingles: shinglesOf(texts) }, buckets);
    return other && (other.cluster === undefined || other.cluster !== item.cluster) ? [{ item, other }] : [];
  });
}

function similar(read: ReadCase, buckets: Map<string, ReadCase[]>): EvalCase | undefined {
  const all = [...read.shingles.values()].flatMap((shingles) => [...shingles]);
  if (all.length === 0) return undefined;
  const signature = minima(all);
  let found: EvalCase | undefined;
  for (let band = 0; band < bands; band++) {
    const key = `${band} ${signature.slice(band * rows, (band + 1) * rows).join(" ")}`;
    const bucket = buckets.get(key) ?? [];
    found ??= bucket.find((other) => areAlike(read, other))?.item;
    if (bucket.length < mostCompared) buckets.set(key, [...bucket, read]);
  }
  return found;
}

/** Input by input: a long document that many questions share does not make the questions alike. */
function areAlike(a: ReadCase, b: ReadCase): boolean {
  if (a.texts.size !== b.texts.size) return false;
  for (const [name, text] of a.texts) {
    const [mine, theirs] = [a.shingles.get(name), b.shingles.get(name)];
    if (!mine || !theirs) {
      if (b.texts.get(name) !== text) return false;
      continue;
    }
    const [small, large] = mine.size < theirs.size ? [mine, theirs] : [theirs, mine];
    if (small.size < alike * large.size) return false;
    let shared = 0;
    for (const shingle of small) if (large.has(shingle)) shared++;
    if (shared < alike * (small.size + large.size - shared)) return false;
  }
  return true;
}

function textsOf({ inputs, turns }: EvalCase): Map<string, string> {
  const named = Object.keys(inputs)
    .sort()
    .map((name) => [name, skeleton(renderValue(inputs[name]))] as const);
  const spoken = turns.map(({ role, content }) => `${role} ${skeleton(content)}`).join("\n");
  return new Map([...named, ...(spoken === "" ? [] : [["", spoken] as const])]);
}

function shinglesOf(texts: Map<string, string>): Map<string, Set<number>> {
  const found = new Map<string, Set<number>>();
  for (const [name, text] of texts) {
    const words = text.split(/\s+/);
    if (words.length < leastWords) continue;
    const hashes = words.map(hash);
    const shingles = new Set<number>();
    for (let i = 0; i + shingleWords <= hashes.length; i++)
      shingles.add(mix(mix((hashes[i] ?? 0) + 1, hashes[i + 1] ?? 0), hashes[i + 2] ?? 0));
    found.set(name, shingles);
  }
  return found;
}

/** MinHash [Broder 1997]: two texts share a minimum as often as they share shingles. */
function minima(shingles: readonly number[]): number[] {
  const least = new Array<number>(bands * rows).fill(0xffffffff);
  for (const shingle of shingles) {
    for (let i = 0; i < least.length; i++) {
      const value = mix(shingle, Math.imul(i + 1, 0x9e3779b1));
      if (value < (least[i] ?? 0)) least[i] = value;
    }
  }
  return least;
}

/** FNV-1a. */
function hash(word: string): number {
  let value = 0x811c9dc5;
  for (let i = 0; i < word.length; i++) value = Math.imul(value ^ word.charCodeAt(i), 0x01000193);
  return value >>> 0;
}

/** The finisher of MurmurHash3 over two numbers. */
function mix(a: number, b: number): number {
  let value = Math.imul(a ^ b, 0x85ebca6b) ^ Math.imul(b, 0x27d4eb2f);
  value ^= value >>> 16;
  value = Math.imul(value, 0x85ebca6b);
  value ^= value >>> 13;
  value = Math.imul(value, 0xc2b2ae35);
  return (value ^ (value >>> 16)) >>> 0;
}

/** Letters of any script, with digits as one sign. */
function skeleton(text: string): string {
  return text
    .toLowerCase()
    .replace(/\p{N}+/gu, "0")
    .replace(/[^\p{L}0]+/gu, " ")
    .trim();
}
