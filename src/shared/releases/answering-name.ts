import type { ModelVersion } from "./target-port.ts";

/**
 * What the name that an answer gives says of the model behind it. Azure OpenAI says name and version, `gpt-5-mini-2026-08-06`, or of
 * older models the name alone; it leaves dots out of some names. Others' models answer by names of their own.
 */
export function answeringName(
  said: string,
  { format, name, version }: ModelVersion,
): "thisVersion" | "thisName" | "another" | "unknown" {
  const plain = (text: string) => text.toLowerCase().replaceAll(".", "");
  if (plain(said) === plain(`${name}-${version}`)) return "thisVersion";
  if (plain(said) === plain(name)) return "thisName";
  return format === "OpenAI" ? "another" : "unknown";
}
