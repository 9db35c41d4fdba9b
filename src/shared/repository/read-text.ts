import { normaliseLineEnds } from "./digest.ts";
import { createFinding, type Finding } from "./finding.ts";

const megabyte = 1024 * 1024;

/** Bytes that a file may have. JSONL and CSV are read line by line; YAML and prompts cost more a byte. */
export const sizeLimits = { text: megabyte, promptBody: 256 * 1024, dataset: 10 * megabyte } as const;

export type ReadText = { text: string } | { finding: Finding };

/** UTF-8 text without its byte order mark and with LF line ends. */
export function readText(path: string, bytes: Uint8Array, limit: number = sizeLimits.text): ReadText {
  if (bytes.length > limit) return { finding: tooLarge(path, bytes.length, limit) };
  try {
    return { text: normaliseLineEnds(new TextDecoder("utf-8", { fatal: true }).decode(bytes)) };
  } catch {
    return { finding: createFinding("file/not-utf8", { path }, `${path} is not UTF-8 text.`) };
  }
}

export function tooLarge(path: string, bytes: number, limit: number): Finding {
  const kilobytes = (count: number) => `${Math.ceil(count / 1024)} KB`;
  return createFinding(
    "file/too-large",
    { path },
    `${path} has ${kilobytes(bytes)}; at most ${kilobytes(limit)} are read.`,
  );
}
