import type { Invocation } from "./invoke.ts";
import type { QueueMessage } from "./queue-listener.ts";

export type MessageEncoding = "base64" | "none";

/** The text that a message carries; undefined where it is not in the encoding that host.json names. */
export function decodeMessage(text: string, encoding: MessageEncoding): string | undefined {
  if (encoding === "none") return text;
  const isBase64 = text.length % 4 === 0 && /^[A-Za-z0-9+/]*={0,2}$/.test(text);
  return isBase64 ? Buffer.from(text, "base64").toString("utf8") : undefined;
}

export function encodeMessage(content: string | Uint8Array, encoding: MessageEncoding): string {
  return Buffer.from(content).toString(encoding === "none" ? "utf8" : "base64");
}

/** What the queue trigger hands to the library: the text, which it parses where it is JSON, and the trigger metadata. */
export function queueInvocation(message: QueueMessage, body: string): Invocation {
  const json = (value: unknown) => ({ json: JSON.stringify(value) });
  return {
    data: { string: body },
    triggerMetadata: {
      QueueTrigger: { string: body },
      Id: { string: message.id },
      PopReceipt: { string: message.popReceipt },
      DequeueCount: json(message.dequeueCount),
      InsertionTime: json(message.insertedOn),
      ExpirationTime: json(message.expiresOn),
      NextVisibleTime: json(message.nextVisibleOn),
    },
  };
}

/** A run by hand, of a message that never was in the queue. */
export function manualQueueInvocation(input: string): Invocation {
  return { data: { string: input }, triggerMetadata: { QueueTrigger: { string: input }, DequeueCount: { json: "0" } } };
}
