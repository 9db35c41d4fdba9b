import type { Limits } from "./timeline-text.ts";

/** GitHub takes 65,536 characters in a body, one less in a check's summary. */
const mostChars = 60_000;
const limits: readonly Limits[] = [
  { lines: 60, chars: 300 },
  { lines: 20, chars: 120 },
  { lines: 6, chars: 60 },
];

/** The fullest text that fits. */
export function fitted(textOf: (limit: Limits) => string): string {
  const texts = limits.map(textOf);
  return texts.find(({ length }) => length <= mostChars) ?? texts.at(-1) ?? "";
}
