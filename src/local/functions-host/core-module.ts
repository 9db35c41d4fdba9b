import { registerHooks } from "node:module";

/** A binding as the library registers it. */
export interface Binding {
  type: string;
  direction?: string;
  name: string;
  [option: string]: unknown;
}

export interface RegisteredFunction {
  name: string;
  bindings: Record<string, Binding>;
  callback: (...args: unknown[]) => unknown;
}

/** What the library's programming model does for its host; the documented contract of `@azure/functions-core`. */
export interface ProgrammingModel {
  getCapabilities?(capabilities: Record<string, string>): Promise<Record<string, string>> | Record<string, string>;
  getInvocationModel(context: unknown): InvocationModel;
}

export interface InvocationModel {
  getArguments(): Promise<{ context: object; inputs: unknown[] }>;
  invokeFunction(context: object, inputs: unknown[], callback: unknown): Promise<unknown>;
  getResponse(context: object, result: unknown): Promise<InvocationResponse>;
}

export interface InvocationResponse {
  returnValue?: TypedData | null;
  outputData?: { name: string; data: TypedData }[] | null;
}

export interface TypedData {
  string?: string;
  json?: string;
  bytes?: Uint8Array;
  http?: HttpData;
  [kind: string]: unknown;
}

export interface HttpData {
  statusCode?: string;
  headers?: Record<string, string>;
  body?: TypedData;
}

export type HookCallback = (context: object) => unknown;

const hookNames = ["appStart", "appTerminate", "preInvocation", "postInvocation", "log"] as const;
export type HookName = (typeof hookNames)[number];

/** What an app has registered since the core was installed. */
export interface CoreState {
  functions: Map<string, RegisteredFunction>;
  hooks: Record<HookName, HookCallback[]>;
  model?: ProgrammingModel;
  /** Set once the app is loaded: later registrations are refused, as in the worker. */
  locked: boolean;
}

const specifier = "@azure/functions-core";
const address = "assay-local:functions-core";
const globalName = Symbol.for("assay.local.functions-core");

/**
 * Provides `@azure/functions-core` to everything that is loaded from now on, by import and by require. Must come before the
 * app's first `app.*` call: the library remembers for good that it found none.
 */
export function installCore(log: (level: string, category: string, message: string) => void): CoreState {
  const state: CoreState = {
    functions: new Map(),
    hooks: { appStart: [], appTerminate: [], preInvocation: [], postInvocation: [], log: [] },
    locked: false,
  };
  const core = {
    version: "1.0.0",
    hostVersion: "4.1040.0",
    Disposable: disposable,
    registerFunction(
      metadata: { name: string; bindings: Record<string, Binding> },
      callback: RegisteredFunction["callback"],
    ) {
      if (state.locked) throw new Error(`The function ${metadata.name} is registered after startup.`);
      if (state.functions.has(metadata.name)) throw new Error(`A function ${metadata.name} is registered already.`);
      state.functions.set(metadata.name, { name: metadata.name, bindings: metadata.bindings, callback });
      return disposable(() => state.functions.delete(metadata.name));
    },
    registerHook(name: string, callback: HookCallback) {
      const known = hookNames.find((hook) => hook === name);
      if (!known) throw new RangeError(`Unrecognized hook "${name}"`);
      state.hooks[known].push(callback);
      return disposable(() => {
        state.hooks[known] = state.hooks[known].filter((other) => other !== callback);
      });
    },
    setProgrammingModel(model: ProgrammingModel) {
      state.model = model;
    },
    getProgrammingModel: () => state.model,
    log,
  };
  Object.assign(globalThis, { [globalName]: core });
  registerHooks({
    resolve: (name, context, next) =>
      name === specifier ? { url: address, format: "commonjs", shortCircuit: true } : next(name, context),
    load: (url, context, next) =>
      url === address
        ? {
            format: "commonjs",
            shortCircuit: true,
            source: `module.exports = globalThis[Symbol.for("${globalName.description}")];`,
          }
        : next(url, context),
  });
  return state;
}

function disposable(dispose?: () => unknown) {
  return { dispose: () => void dispose?.() };
}
