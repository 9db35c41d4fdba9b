import { readFileSync } from "node:fs";
import path from "node:path";
import * as z from "zod";

const timeSpan = z.string().transform((text, context) => {
  const parts = /^(?:(\d+)\.)?(\d{1,2}):(\d{2}):(\d{2}(?:\.\d{1,7})?)$/.exec(text);
  if (!parts) {
    context.addIssue({ code: "custom", message: `"${text}" is no time span (hh:mm:ss)` });
    return z.NEVER;
  }
  const [days = 0, hours = 0, minutes = 0, seconds = 0] = parts.slice(1).map((part) => Number(part ?? 0));
  return (((days * 24 + hours) * 60 + minutes) * 60 + seconds) * 1000;
});

/** The part of host.json that the local host honours; times in milliseconds, defaults as the Functions docs have them. */
const HostJson = z.object({
  version: z.literal("2.0"),
  functionTimeout: z.union([z.literal("-1").transform(() => Number.POSITIVE_INFINITY), timeSpan]).default(30 * 60_000),
  extensions: z
    .object({
      http: z.object({ routePrefix: z.string().default("api") }).prefault({}),
      queues: z
        .object({
          batchSize: z.int().min(1).max(32).default(16),
          newBatchThreshold: z.int().min(0).optional(),
          maxDequeueCount: z.int().min(1).default(5),
          visibilityTimeout: timeSpan.default(0),
          maxPollingInterval: timeSpan.default(60_000),
          messageEncoding: z.enum(["base64", "none"]).default("base64"),
        })
        .prefault({}),
    })
    .prefault({}),
});
export type HostJson = z.infer<typeof HostJson>;

export type QueueSettings = HostJson["extensions"]["queues"];

/** Reads `host.json` of `root`. Throws, naming every value that the host would not take. */
export function readHostJson(root: string): HostJson {
  const file = path.join(root, "host.json");
  const parsed = HostJson.safeParse(JSON.parse(readFileSync(file, "utf8")));
  if (parsed.success) return parsed.data;
  throw new Error(`${file} cannot be used:\n${z.prettifyError(parsed.error)}`);
}
