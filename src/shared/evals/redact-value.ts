/** A value with every text in it redacted, keys too; `changed` says whether anything was masked. */
export function redactValue<T>(value: T, redact: (text: string) => string): { value: T; changed: boolean };
export function redactValue(value: unknown, redact: (text: string) => string): { value: unknown; changed: boolean } {
  let changed = false;
  const text = (given: string): string => {
    const masked = redact(given);
    if (masked !== given) changed = true;
    return masked;
  };
  const walk = (given: unknown): unknown => {
    if (typeof given === "string") return text(given);
    if (Array.isArray(given)) return given.map(walk);
    if (typeof given !== "object" || given === null) return given;
    return Object.fromEntries(Object.entries(given).map(([key, inner]) => [text(key), walk(inner)]));
  };
  return { value: walk(value), changed };
}
