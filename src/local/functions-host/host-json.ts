import { readFileSync } from "node:fs";
import path from "node:path";
import * as z from "zod";

const timeSpan = z.string().transform((text, context) => {
  const parts = /^(?:(\d+)\.)?(\d{1,2}):(\d{2}):(\d{2})$/.exec(text);
  if (!parts) {
    context.addIssue({ code: "custom", message: `"${text}" is no time span (hh:mm:ss)` });
    return z.NEVER;
  }
  const [days = 0, hours = 0, minutes = 0, seconds = 0] = parts.slice(1).map((part) => Number(part ?? 0));
  return (((days * 24 + hours) * 60 + minutes) * 60 + seconds) * 1000;
});

/** The part of host.json that the local host honours; times in milliseconds, defaults as the Functions docs have them. */
const HostJson = z.object({
  functionTimeout: timeSpan.default(30 * 60_000),
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

export function readHostJson(root: string): HostJson {
  return HostJson.parse(JSON.parse(readFileSync(path.join(root, "host.json"), "utf8")));
}
