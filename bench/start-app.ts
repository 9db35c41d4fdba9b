import path from "node:path";
import type { Azurite } from "../src/local/azurite.ts";
import { startWorker, type WorkerProcess } from "../src/local/prove/worker-process.ts";

export const root = path.resolve(import.meta.dirname, "..");
export const webhookSecret = "bench";

/** The built app in a process of its own, whose timers never fire; `env`: settings on top of those that every bench needs. */
export function startApp(storage: Azurite, env: Record<string, string>): Promise<WorkerProcess> {
  return startWorker({
    app: path.join(root, "dist/main.cjs"),
    root,
    github: "",
    storage: ["", "", ""],
    env: {
      AssayStorage: storage.connectionString,
      // Nobody answers there: what is enqueued fails outside of what is measured, as slowly as it likes.
      ASSAY_GITHUB_API_URL: "http://127.0.0.1:9",
      ASSAY_GITHUB_APP_ID: "1",
      ASSAY_GITHUB_PRIVATE_KEY: "none",
      ASSAY_GITHUB_WEBHOOK_SECRET: webhookSecret,
      ASSAY_REPOSITORIES: "acme/bench",
      ASSAY_MODEL_URL: "http://127.0.0.1:9",
      ASSAY_MODEL_KEY: "none",
      ASSAY_MINUTE_SCHEDULE: "0 0 0 1 1 *",
      ASSAY_HOUR_SCHEDULE: "0 0 0 1 1 *",
      ...env,
    },
  });
}
