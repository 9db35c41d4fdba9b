import { randomUUID } from "node:crypto";
import {
  type Binding,
  type CoreState,
  type InvocationResponse,
  type RegisteredFunction,
  runHooks,
  type TypedData,
} from "./core-module.ts";
import type { HostLog } from "./host-log.ts";

export interface Invocation {
  data: TypedData;
  triggerMetadata?: Record<string, TypedData>;
}

/** The trigger of a function: its binding of a type that ends in `trigger`. */
export function triggerOf({ bindings }: Pick<RegisteredFunction, "bindings">): Binding | undefined {
  const entry = Object.entries(bindings).find(([, binding]) => /trigger$/i.test(binding.type));
  return entry && { ...entry[1], name: entry[0] };
}

export interface InvokeOptions {
  timeoutMs: number;
  log: HostLog;
  /** Writes the output bindings; where it fails the invocation has failed. */
  deliver(fn: RegisteredFunction, response: InvocationResponse): Promise<void>;
}

/** Runs a function, logs how it ended, and rejects with what it threw. */
export async function invoke(
  state: CoreState,
  fn: RegisteredFunction,
  invocation: Invocation,
  options: InvokeOptions,
): Promise<InvocationResponse> {
  const id = randomUUID();
  const started = performance.now();
  const ended = () => `${Math.round(performance.now() - started)} ms`;
  try {
    const response = await runInvocation(state, fn, invocation, { ...options, id });
    await options.deliver(fn, response);
    options.log("information", fn.name, id, `succeeded in ${ended()}`);
    return response;
  } catch (thrown) {
    const text = thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown);
    options.log("error", fn.name, id, `failed after ${ended()}: ${text}`);
    throw thrown;
  }
}

/** As the worker does: model, pre hooks, handler, post hooks, response. */
async function runInvocation(
  state: CoreState,
  fn: RegisteredFunction,
  { data, triggerMetadata = {} }: Invocation,
  { id, timeoutMs, log }: InvokeOptions & { id: string },
): Promise<InvocationResponse> {
  const { model, appHookData } = state;
  const trigger = triggerOf(fn);
  if (!model || !trigger) throw new Error(`The function ${fn.name} has no trigger or no programming model.`);
  let invocationContext: object | undefined;
  const coreContext = {
    invocationId: id,
    request: {
      invocationId: id,
      functionId: fn.name,
      inputData: [{ name: trigger.name, data }],
      triggerMetadata,
      traceContext: {},
    },
    metadata: { name: fn.name, bindings: fn.bindings },
    state: undefined as string | undefined,
    log(level: string, category: string, message: string) {
      const line = { hookData, appHookData, invocationContext, level, category, message };
      // The log hook is called, not awaited: it may rewrite what the app's own code logs.
      for (const hook of state.hooks.log) hook(line);
      const { level: least, message: text } = category === "user" ? line : { level, message };
      log(least, fn.name, id, text);
    },
  };
  const during = async <T>(phase: string, work: () => Promise<T>): Promise<T> => {
    coreContext.state = phase;
    try {
      return await work();
    } finally {
      coreContext.state = undefined;
    }
  };
  const hookData = {};
  const invocation = await model.getInvocationModel(coreContext);
  const { context, inputs } = await invocation.getArguments();
  invocationContext = context;
  const pre = { hookData, appHookData, invocationContext, functionCallback: fn.callback, inputs };
  await during("preInvocationHooks", () => runHooks(state, "preInvocation", pre));
  const post = {
    hookData,
    appHookData,
    invocationContext,
    inputs: pre.inputs,
    result: null as unknown,
    error: null as unknown,
  };
  await during("invocation", async () => {
    try {
      const work = invocation.invokeFunction(context, pre.inputs, pre.functionCallback);
      post.result = await within(timeoutMs, fn.name, work);
    } catch (thrown) {
      post.error = thrown ?? new Error("nothing was thrown");
    }
  });
  await during("postInvocationHooks", () => runHooks(state, "postInvocation", post));
  if (post.error !== undefined && post.error !== null) throw post.error;
  return invocation.getResponse(context, post.result);
}

/** host.json's functionTimeout: the host gives the invocation up; in Azure it also restarts the worker. */
async function within<T>(timeoutMs: number, name: string, work: Promise<T>): Promise<T> {
  if (timeoutMs === Number.POSITIVE_INFINITY) return work;
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    const message = `Timeout value of ${timeoutMs / 1000} s exceeded by function ${name}.`;
    timer = setTimeout(() => reject(new Error(message)), timeoutMs);
    timer.unref();
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
