import type { IncomingMessage } from "node:http";

/** What goes beyond `limit` bytes is read and dropped. */
export async function readBytes(request: IncomingMessage, limit = Number.POSITIVE_INFINITY): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    size += chunk.length;
    if (size <= limit) chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

export async function readText(request: IncomingMessage, limit?: number): Promise<string> {
  return (await readBytes(request, limit)).toString("utf8");
}

/** Undefined where it is none. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
