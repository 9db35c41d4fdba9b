import { cut, visible } from "../../gate/markdown.ts";
import { redact } from "../../redaction/redact.ts";

/** Text of a person, a model or a provider in one line, without secrets and without what cannot be seen. */
export function plain(text: string, maxChars = 300): string {
  return cut(visible(redact(text).text).replace(/\s+/g, " ").trim(), maxChars);
}
