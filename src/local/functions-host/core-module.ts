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
  retryOptions?: unknown;
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
  int?: number;
  double?: number;
  http?: HttpData;
  [kind: string]: unknown;
}

export interface HttpData {
  statusCode?: string;
  headers?: Record<string, string>;
  cookies?: RpcCookie[];
  body?: TypedData;
}

/** A cookie as the library hands it over: protobuf's nullable values. */
export interface RpcCookie {
  name: string;
  value: string;
  domain?: { value: string };
  path?: { value: string };
  expires?: { value: { seconds: number } };
  secure?: { value: boolean };
  httpOnly?: { value: boolean };
  sameSite?: string;
  maxAge?: { value: number };
}

export type HookCallback = (context: object) => unknown;

const hookNames = ["appStart", "appTerminate", "preInvocation", "postInvocation", "log"] as const;
export type HookName = (typeof hookNames)[number];

/** What an app has registered since the core was installed. */
export interface CoreState {
  functions: Map<string, RegisteredFunction>;
  hooks: Record<HookName, HookCallback[]>;
  /** Shared by all hooks of the app. */
  appHookData: Record<string, unknown>;
  model?: ProgrammingModel;
  /** Set once the app is loaded: later registrations are refused, as in the worker. */
  locked: boolean;
}

/** Runs the hooks of one name in the order of their registration; the first that throws ends it. */
export async function runHooks(state: CoreState, name: HookName, context: object): Promise<void> {
  for (const hook of state.hooks[name]) await hook(context);
}

const specifier = "@azure/functions-core";
const address = "assay-local:functions-core";
const globalName = Symbol.for("assay.local.functions-core");

/**
 * Provides `@azure/functions-core` to everything that is loaded from now on, by import and by require. Must come before the
 * app's first `app.*` call: the library remembers for good that it found none.
 */
export function installCore(log: (level: string, category: string, message: string) => void): CoreState {
  if (globalName in globalThis)
    throw new Error(
      "This process has run a functions host already, and the library keeps that one: start another process.",
    );
  const state: CoreState = {
    functions: new Map(),
    hooks: { appStart: [], appTerminate: [], preInvocation: [], postInvocation: [], log: [] },
    appHookData: {},
    locked: false,
  };
  const core = {
    version: "1.0.0",
    hostVersion: "4.1040.0",
    Disposable: disposable,
    registerFunction(metadata: Omit<RegisteredFunction, "callback">, callback: RegisteredFunction["callback"]) {
      if (state.locked) throw new Error(`The function ${metadata.name} is registered after startup.`);
      if (state.functions.has(metadata.name)) throw new Error(`A function ${metadata.name} is registered already.`);
      state.functions.set(metadata.name, { ...metadata, callback });
      return disposable(() => state.functions.delete(metadata.name));
    },
    registerHook(name: string, callback: HookCallback) {
      const known = hookNames.find((hook) => hook === name);
      // The mark by which the library tells its host's errors from others.
      if (!known)
        throw Object.assign(new RangeError(`Unrecognized hook "${name}"`), { isAzureFunctionsSystemError: true });
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
