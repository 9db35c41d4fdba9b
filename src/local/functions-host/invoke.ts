import { randomUUID } from "node:crypto";
import type { Binding, CoreState, InvocationResponse, RegisteredFunction, TypedData } from "./core-module.ts";
import type { HostLog } from "./host-log.ts";

export interface Invocation {
  data: TypedData;
  triggerMetadata?: Record<string, TypedData>;
}

/** The trigger of a function: its binding of a type that ends in `trigger`. */
export function triggerOf({ bindings }: RegisteredFunction): Binding | undefined {
  const entry = Object.entries(bindings).find(([, binding]) => /trigger$/i.test(binding.type));
  return entry && { ...entry[1], name: entry[0] };
}

/** Runs a function as the worker does: model, pre hooks, handler, post hooks, response. Rejects with what the handler threw. */
export async function invoke(
  state: CoreState,
  fn: RegisteredFunction,
  { data, triggerMetadata = {} }: Invocation,
  options: { timeoutMs: number; log: HostLog },
): Promise<InvocationResponse> {
  const { model } = state;
  const trigger = triggerOf(fn);
  if (!model || !trigger) throw new Error(`The function ${fn.name} has no trigger or no programming model.`);
  const invocationId = randomUUID();
  const coreContext = {
    invocationId,
    request: {
      invocationId,
      functionId: fn.name,
      inputData: [{ name: trigger.name, data }],
      triggerMetadata,
      traceContext: {},
    },
    metadata: { name: fn.name, bindings: fn.bindings },
    state: "default",
    log: (level: string, _category: string, message: string) => options.log(level, fn.name, invocationId, message),
  };
  const invocation = model.getInvocationModel(coreContext);
  const { context, inputs } = await invocation.getArguments();
  const hookData = {};
  const pre = { hookData, appHookData: {}, invocationContext: context, functionCallback: fn.callback, inputs };
  coreContext.state = "preInvocationHooks";
  for (const hook of state.hooks.preInvocation) await hook(pre);
  coreContext.state = "invocation";
  const post = { ...pre, result: undefined as unknown, error: undefined as unknown };
  try {
    post.result = await within(
      options.timeoutMs,
      fn.name,
      invocation.invokeFunction(context, pre.inputs, pre.functionCallback),
    );
  } catch (thrown) {
    post.error = thrown ?? new Error("nothing was thrown");
  }
  coreContext.state = "postInvocationHooks";
  for (const hook of state.hooks.postInvocation) await hook(post);
  if (post.error !== undefined && post.error !== null) throw post.error;
  return invocation.getResponse(context, post.result);
}

/** host.json's functionTimeout: the host gives the invocation up; in Azure it also restarts the worker. */
async function within<T>(timeoutMs: number, name: string, work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(
      () => reject(new Error(`Timeout value of ${timeoutMs / 1000} s exceeded by function ${name}.`)),
      timeoutMs,
    );
    timer.unref();
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
