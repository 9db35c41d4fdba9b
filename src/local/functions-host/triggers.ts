import type { Clock } from "../../shared/clock.ts";
import type { Binding, RegisteredFunction } from "./core-module.ts";
import { connectionString, expandSettings } from "./expand-settings.ts";
import type { QueueSettings } from "./host-json.ts";
import { type Invocation, triggerOf } from "./invoke.ts";
import { manualQueueInvocation } from "./queue-invocation.ts";
import { type QueueListener, startQueueListener } from "./queue-listener.ts";
import { createStorageQueue } from "./storage-queue.ts";
import { createTimerListener } from "./timer-listener.ts";

export interface TriggerOptions {
  queues: QueueSettings;
  invisibilitySeconds: number;
  clock: Clock;
  invoke(fn: RegisteredFunction, invocation: Invocation): Promise<unknown>;
  warn(fn: RegisteredFunction, message: string): void;
}

/** What fires a function besides HTTP. */
export interface Trigger {
  start(): void;
  stop(bound: AbortSignal): Promise<void>;
  /** What a run by hand is told. */
  manual(input: string): Invocation;
}

type MakeTrigger = (fn: RegisteredFunction, trigger: Binding, options: TriggerOptions) => Trigger;

const kinds: Record<string, MakeTrigger> = { timerTrigger, queueTrigger };

/** Makes the trigger of a function, not yet started; undefined for HTTP, and with a warning for types that are not served. */
export function createTrigger(fn: RegisteredFunction, options: TriggerOptions): Trigger | undefined {
  const trigger = triggerOf(fn);
  if (fn.retryOptions) options.warn(fn, "its retry policy is not served by the local host");
  if (trigger?.type === "httpTrigger") return undefined;
  const make = kinds[trigger?.type ?? ""];
  if (trigger && make) return make(fn, trigger, options);
  options.warn(fn, `its trigger ${trigger?.type ?? "(none)"} is not served by the local host: it will not run`);
  return undefined;
}

function timerTrigger(fn: RegisteredFunction, trigger: Binding, { clock, invoke }: TriggerOptions): Trigger {
  return createTimerListener({
    schedule: option(trigger, "schedule"),
    runOnStartup: trigger.runOnStartup === true,
    useMonitor: trigger.useMonitor !== false,
    clock,
    invoke: (invocation) => invoke(fn, invocation),
  });
}

function queueTrigger(fn: RegisteredFunction, trigger: Binding, options: TriggerOptions): Trigger {
  const name = option(trigger, "queueName");
  const connection = connectionString(option(trigger, "connection"), process.env);
  let listener: QueueListener | undefined;
  return {
    start() {
      listener = startQueueListener({
        name,
        queue: createStorageQueue(connection, name),
        settings: options.queues,
        invisibilitySeconds: options.invisibilitySeconds,
        clock: options.clock,
        invoke: (invocation) => options.invoke(fn, invocation),
        warn: (message) => options.warn(fn, message),
      });
    },
    stop: async (bound) => listener?.stop(bound),
    manual: manualQueueInvocation,
  };
}

function option(trigger: Binding, name: string): string {
  return expandSettings(String(trigger[name] ?? ""), process.env);
}
