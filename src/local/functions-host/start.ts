import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { QueueServiceClient } from "@azure/storage-queue";
import { type InvocationResponse, installCore, type RegisteredFunction } from "./core-module.ts";
import { connectionString, expandSettings } from "./expand-settings.ts";
import { readHostJson } from "./host-json.ts";
import { createHostLog } from "./host-log.ts";
import { startHttpServer } from "./http-server.ts";
import { type Invocation, invoke, triggerOf } from "./invoke.ts";
import { startQueueListener } from "./queue-listener.ts";
import { startTimerListener } from "./timer-listener.ts";

export interface FunctionsHostOptions {
  /** The app's entry: `src/main.ts`, or the built `dist/main.cjs`. */
  app: string;
  /** The folder with host.json. */
  root: string;
  /** 0: any free one. */
  port: number;
  portSetting?: string;
  /** Settings, put into this process's environment before the app is loaded. */
  env?: Record<string, string>;
  /** Seconds that a taken message stays with its worker; Azure's ten minutes unless a proof shortens it. */
  invisibilitySeconds?: number;
  /** Least level of the lines on standard error; `none` for silence. */
  logLevel?: string;
}

export interface FunctionsHost {
  url: string;
  functions: string[];
  stop(): Promise<void>;
}

interface Listener {
  stop(): Promise<void>;
}

/** Runs the functions that an app registers, in this process. One host a process: the library keeps its core for good. */
export async function startFunctionsHost(options: FunctionsHostOptions): Promise<FunctionsHost> {
  const { root, app, logLevel = "warning", invisibilitySeconds = 600 } = options;
  const log = createHostLog(logLevel);
  const fail = (message: string) => log("error", "host", "", message);
  const hostJson = readHostJson(root);
  Object.assign(process.env, { ...localSettings(root), ...options.env });
  const state = installCore((level, category, message) => log(level, category, "", message));
  await import(pathToFileURL(path.resolve(app)).href);
  for (const hook of state.hooks.appStart) await hook({ functionAppDirectory: root, hookData: {}, appHookData: {} });
  await state.model?.getCapabilities?.({});
  state.locked = true;
  const functions = [...state.functions.values()];
  if (functions.length === 0) throw new Error(`${app} registers no functions.`);

  const run = async (fn: RegisteredFunction, invocation: Invocation): Promise<InvocationResponse> => {
    const response = await invoke(state, fn, invocation, { timeoutMs: hostJson.functionTimeout, log });
    await sendToQueues(fn, response, hostJson.extensions.queues.messageEncoding);
    return response;
  };
  const listeners = functions.flatMap((fn): Listener[] => {
    const trigger = triggerOf(fn);
    const option = (name: string) => expandSettings(String(trigger?.[name] ?? ""), process.env);
    if (trigger?.type === "timerTrigger")
      return [startTimerListener(option("schedule"), (invocation) => run(fn, invocation), fail)];
    if (trigger?.type === "queueTrigger") {
      const queue = {
        connectionString: connectionString(option("connection"), process.env),
        queueName: option("queueName"),
      };
      const settings = hostJson.extensions.queues;
      return [
        startQueueListener({
          ...queue,
          settings,
          invisibilitySeconds,
          invoke: (invocation) => run(fn, invocation),
          onFailure: fail,
        }),
      ];
    }
    if (trigger?.type !== "httpTrigger") {
      log("warning", fn.name, "", `its trigger ${trigger?.type ?? "(none)"} is not served by the local host`);
    }
    return [];
  });
  const { url, server } = await startHttpServer({
    functions,
    routePrefix: hostJson.extensions.http.routePrefix,
    port: options.port,
    portSetting: options.portSetting ?? "--port",
    invoke: run,
    onFailure: fail,
  });
  return {
    url,
    functions: functions.map(({ name }) => name).sort(),
    async stop() {
      server.close();
      await Promise.all(listeners.map((listener) => listener.stop()));
      server.closeAllConnections();
      for (const hook of state.hooks.appTerminate) await hook({ hookData: {}, appHookData: {} });
    },
  };
}

/** `Values` of local.settings.json, as `func start` reads them; what the environment has already wins. */
function localSettings(root: string): Record<string, string> {
  const file = path.join(root, "local.settings.json");
  if (!existsSync(file)) return {};
  const { Values = {} }: { Values?: Record<string, string> } = JSON.parse(readFileSync(file, "utf8"));
  return Object.fromEntries(Object.entries(Values).filter(([name]) => process.env[name] === undefined));
}

/** Queue output bindings: one message, or one for each element of a JSON array. */
async function sendToQueues(
  fn: RegisteredFunction,
  response: InvocationResponse,
  encoding: "base64" | "none",
): Promise<void> {
  const returned = response.returnValue ? [{ name: "$return", data: response.returnValue }] : [];
  for (const { name, data } of [...(response.outputData ?? []), ...returned]) {
    const binding = fn.bindings[name];
    if (binding?.type !== "queue" || binding.direction !== "out") continue;
    const connection = connectionString(expandSettings(String(binding.connection), process.env), process.env);
    const queue = QueueServiceClient.fromConnectionString(connection).getQueueClient(
      expandSettings(String(binding.queueName), process.env),
    );
    await queue.createIfNotExists();
    for (const text of messagesOf(data.json ?? data.string ?? "")) {
      await queue.sendMessage(encoding === "base64" ? Buffer.from(text).toString("base64") : text);
    }
  }
}

function messagesOf(text: string): string[] {
  try {
    const value: unknown = JSON.parse(text);
    return Array.isArray(value)
      ? value.map((item) => (typeof item === "string" ? item : JSON.stringify(item)))
      : [text];
  } catch {
    return [text];
  }
}
