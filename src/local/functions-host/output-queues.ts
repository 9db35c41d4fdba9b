import { QueueServiceClient } from "@azure/storage-queue";
import type { InvocationResponse, RegisteredFunction, TypedData } from "./core-module.ts";
import { connectionString, expandSettings } from "./expand-settings.ts";
import { encodeMessage, type MessageEncoding } from "./queue-invocation.ts";
import { sendTo } from "./storage-queue.ts";

/** Queue output bindings, the return value's too: one message, or one for each element of a JSON array. */
export async function sendToQueues(
  fn: RegisteredFunction,
  response: InvocationResponse,
  encoding: MessageEncoding,
): Promise<void> {
  const returned = response.returnValue ? [{ name: "$return", data: response.returnValue }] : [];
  for (const { name, data } of [...(response.outputData ?? []), ...returned]) {
    const binding = fn.bindings[name];
    if (binding?.type !== "queue" || binding.direction !== "out") continue;
    const connection = connectionString(expandSettings(String(binding.connection ?? ""), process.env), process.env);
    const queueName = expandSettings(String(binding.queueName), process.env);
    const queue = QueueServiceClient.fromConnectionString(connection).getQueueClient(queueName);
    for (const content of messagesOf(data)) await sendTo(queue, encodeMessage(content, encoding));
  }
}

/** The messages that one value of an output binding stands for. */
export function messagesOf(data: TypedData): (string | Uint8Array)[] {
  if (data.bytes) return [data.bytes];
  const text = data.json ?? data.string ?? data.int?.toString() ?? data.double?.toString();
  if (text === undefined) return [];
  const elements = parseArray(text);
  return elements ? elements.map((item) => (typeof item === "string" ? item : JSON.stringify(item))) : [text];
}

function parseArray(text: string): unknown[] | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return Array.isArray(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
