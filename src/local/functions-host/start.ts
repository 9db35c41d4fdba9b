import path from "node:path";
import { pathToFileURL } from "node:url";
import { systemClock } from "../../shared/clock.ts";
import { type CoreState, installCore, type RegisteredFunction, runHooks } from "./core-module.ts";
import { readHostJson } from "./host-json.ts";
import { createHostLog } from "./host-log.ts";
import { startHttpServer } from "./http-server.ts";
import { type Invocation, invoke } from "./invoke.ts";
import { readLocalSettings } from "./local-settings.ts";
import { sendToQueues } from "./output-queues.ts";
import { createTrigger, type Trigger } from "./triggers.ts";

export interface FunctionsHostOptions {
  /** The app's entry: `src/main.ts`, or the built `dist/main.cjs`. */
  app: string;
  /** The folder with host.json, and local.settings.json if there is one. */
  root: string;
  /** 0: any free one. */
  port: number;
  /** Name of the setting that chooses the port, for the error where it is taken. */
  portSetting?: string;
  /** Settings, put into this process's environment before the app is loaded. */
  env?: Record<string, string>;
  /** Whole seconds that a taken message stays with its worker; Azure's ten minutes unless a proof shortens it. */
  invisibilitySeconds?: number;
  /** Seconds that `stop` waits for what still runs; default 10. */
  stopSeconds?: number;
  /** Least level of the lines on standard error: trace … critical, or `none` for silence; default `warning`. */
  logLevel?: string;
}

export interface FunctionsHost {
  url: string;
  /** Names of the functions, sorted. */
  functions: string[];
  /** Takes nothing more, waits for what runs, and runs the appTerminate hooks. */
  stop(): Promise<void>;
}

/**
 * Runs the functions that an app registers, in this process. One host a process: the library keeps its core for good. Throws
 * where the app or its settings cannot be served; a trigger of a type that the host does not serve is a warning.
 */
export async function startFunctionsHost(options: FunctionsHostOptions): Promise<FunctionsHost> {
  const { root, app, logLevel = "warning", invisibilitySeconds = 600, stopSeconds = 10 } = options;
  const log = createHostLog(logLevel);
  const warn = (message: string) => log("warning", "host", "", message);
  const hostJson = readHostJson(root);
  Object.assign(process.env, { ...readLocalSettings(root, process.env), ...options.env });
  const state = installCore((level, _category, message) => log(level, "host", "", message));
  const functions = await loadApp(state, app, root);
  const { queues } = hostJson.extensions;

  const run = (fn: RegisteredFunction, invocation: Invocation) =>
    invoke(state, fn, invocation, {
      timeoutMs: hostJson.functionTimeout,
      log,
      deliver: (target, response) => sendToQueues(target, response, queues.messageEncoding),
    });
  const triggers = new Map<RegisteredFunction, Trigger>();
  for (const fn of functions) {
    const trigger = createTrigger(fn, {
      queues,
      invisibilitySeconds,
      clock: systemClock,
      invoke: run,
      warn: ({ name }, message) => log("warning", name, "", message),
    });
    if (trigger) triggers.set(fn, trigger);
  }
  // The port first: where it is taken, no queue has been read yet.
  const server = await startHttpServer({
    functions,
    routePrefix: hostJson.extensions.http.routePrefix,
    port: options.port,
    portSetting: options.portSetting ?? "--port",
    invoke: run,
    manual: (fn, input) => triggers.get(fn)?.manual(input),
    warn,
  });
  for (const trigger of triggers.values()) trigger.start();

  async function stop(): Promise<void> {
    const bound = AbortSignal.timeout(stopSeconds * 1000);
    await Promise.all([server, ...triggers.values()].map((part) => part.stop(bound)));
    if (bound.aborted) warn(`something still ran after ${stopSeconds} s, and was left behind`);
    await runHooks(state, "appTerminate", { hookData: {}, appHookData: state.appHookData });
  }
  let stopped: Promise<void> | undefined;
  return {
    url: server.url,
    functions: functions.map(({ name }) => name).sort(),
    stop() {
      stopped ??= stop();
      return stopped;
    },
  };
}

/** In the worker's order: load, start hooks, capabilities (which end the app's setup), then no more registrations. */
async function loadApp(state: CoreState, app: string, root: string): Promise<RegisteredFunction[]> {
  await import(pathToFileURL(path.resolve(app)).href);
  const { appHookData } = state;
  await runHooks(state, "appStart", { functionAppDirectory: path.resolve(root), hookData: {}, appHookData });
  await state.model?.getCapabilities?.({});
  state.locked = true;
  if (state.functions.size === 0) throw new Error(`${app} registers no functions.`);
  return [...state.functions.values()];
}
