import { createHash } from "node:crypto";

/** A stream of random choices that the same parts always replay. */
export interface NoiseStream {
  /** 0 ≤ x < 1. */
  next(): number;
  chance(probability: number): boolean;
  pick<T>(list: readonly [T, ...T[]]): T;
  /** A whole number, both ends included. */
  between(low: number, high: number): number;
}

export function createNoise(...parts: readonly (string | number)[]): NoiseStream {
  const digest = createHash("sha256").update(JSON.stringify(parts)).digest();
  let state = digest.readUInt32LE(0);
  // mulberry32: 32 bits of state are plenty for the few choices of one answer.
  const next = () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
  return {
    next,
    chance: (probability) => next() < probability,
    pick: (list) => list[Math.floor(next() * list.length)] ?? list[0],
    between: (low, high) => low + Math.floor(next() * (high - low + 1)),
  };
}
