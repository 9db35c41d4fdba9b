import { fork } from "node:child_process";
import { once } from "node:events";
import path from "node:path";
import * as z from "zod";

export interface NotificationStandIn {
  /** Base of `/slack/…`, `/teams/…`, `/webhook/…` and `/_standin`. */
  url: string;
  pid: number;
  stop(): Promise<void>;
}

export const localNotifySecret = "local-notify-secret";

/** The app's settings with which it tells this stand-in. */
export function notificationSettings(url: string): Record<string, string> {
  return {
    ASSAY_NOTIFY_SLACK: `${url}/slack/local`,
    ASSAY_NOTIFY_TEAMS: `warning=${url}/teams/local`,
    ASSAY_NOTIFY_WEBHOOK: `${url}/webhook/local`,
    ASSAY_NOTIFY_SECRET: localNotifySecret,
  };
}

const Message = z.union([z.object({ url: z.string(), pid: z.number() }), z.object({ error: z.string() })]);

/**
 * Starts Slack, Teams and a receiver of signed webhooks, simulated, in a process of its own that ends with this one.
 * @throws Error where it does not start; a taken port is named, with the setting that chooses it
 */
export async function startNotificationStandIn(options: {
  /** 0: any free one. */
  port: number;
  portSetting?: string;
  logFile?: string;
}): Promise<NotificationStandIn> {
  const log = options.logFile === undefined ? [] : [`--log=${options.logFile}`];
  const args = [`--port=${options.port}`, `--secret=${localNotifySecret}`, ...log];
  const child = fork(path.join(import.meta.dirname, "main.ts"), args, {
    stdio: ["ignore", "ignore", "pipe", "ipc"],
    execArgv: [],
  });
  const exited = once(child, "exit");
  const errors: string[] = [];
  child.stderr?.on("data", (data) => errors.push(String(data)));
  const ready = await new Promise<z.infer<typeof Message>>((resolve, reject) => {
    child.once("message", (message) => resolve(Message.parse(message)));
    child.once("exit", (code) =>
      reject(new Error(`The stand-in for notifications did not start (exit ${code}). ${errors.join("")}`)),
    );
  });
  if ("error" in ready) {
    await exited;
    throw new Error(
      ready.error === "taken"
        ? `Port ${options.port} of the stand-in for notifications is taken; choose another with ${options.portSetting ?? "port"}.`
        : `The stand-in for notifications did not start on port ${options.port}: ${ready.error}`,
    );
  }
  return {
    ...ready,
    async stop() {
      child.kill("SIGKILL");
      await exited;
    },
  };
}
