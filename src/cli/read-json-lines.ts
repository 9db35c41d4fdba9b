import { createReadStream } from "node:fs";
import { createInterface } from "node:readline";
import { messageOf } from "../shared/errors.ts";
import { UsageError } from "./usage-error.ts";

/** One line of a JSONL file: its value, or what is wrong with it. */
export type JsonLine = { line: number } & ({ value: unknown } | { problem: string });

/** Reads a JSONL file line by line, whatever its size; `-` is standard input. Empty lines are passed over. */
export async function* readJsonLines(file: string): AsyncGenerator<JsonLine> {
  const input = file === "-" ? process.stdin : createReadStream(file);
  // Before the loop reads it, an error of the stream would have no listener.
  const failed = new Promise<never>((_, reject) => {
    input.once("error", (error: unknown) =>
      reject(
        new UsageError(`${file} cannot be read: ${messageOf(error)}`, "Check the path; it is taken from this folder."),
      ),
    );
  });
  failed.catch(() => {});
  const lines = createInterface({ input, crlfDelay: Number.POSITIVE_INFINITY })[Symbol.asyncIterator]();
  for (let line = 1; ; line++) {
    const next = await Promise.race([lines.next(), failed]);
    if (next.done) return;
    const text = line === 1 ? next.value.replace(/^\uFEFF/, "") : next.value;
    if (text.trim() !== "") yield { line, ...parsed(text) };
  }
}

function parsed(text: string): { value: unknown } | { problem: string } {
  try {
    return { value: JSON.parse(text) };
  } catch (error) {
    if (/(?<![\w"])(?:NaN|-?Infinity)(?![\w"])/.test(text))
      return { problem: "NaN and Infinity are no JSON; write null for a missing score" };
    return { problem: `it is not JSON: ${messageOf(error).slice(0, 160)}` };
  }
}
