import type { NoiseStream } from "./noise.ts";
import { inventedWords, inventions, type Language } from "./phrases.ts";

/** One or two statements about the question's subject that no source holds. */
export function invent(topics: readonly string[], language: Language, noise: NoiseStream, count: number): string[] {
  const fallback = language === "de" ? "das" : "this";
  const chosen = new Set<string>();
  while (chosen.size < count) chosen.add(noise.pick(inventions[language]));
  return [...chosen].map((line) =>
    line.replace(/\{(\w+)\}/g, (_whole, slot: string) => {
      if (slot === "topic") return topics[0] ?? fallback;
      return invented(slot, language, noise);
    }),
  );
}

function invented(slot: string, language: Language, noise: NoiseStream): string {
  const words = inventedWords[language];
  for (const [name, list] of Object.entries(words)) if (name === slot) return noise.pick(list);
  // Odd figures, so that none stands in a source by chance.
  const ranges: Record<string, [number, number]> = {
    hours: [13, 71],
    percent: [11, 79],
    amount: [113, 989],
    hour: [7, 11],
    days: [17, 89],
  };
  const [low, high] = ranges[slot] ?? [3, 97];
  return String(noise.between(low, high));
}
