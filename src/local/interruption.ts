import { readFileSync } from "node:fs";

const signals = ["SIGINT", "SIGTERM", "SIGHUP"] as const;
const parentPollMs = 500;

/**
 * Aborts at the first Ctrl-C, SIGTERM or closing of the terminal, so that what runs ends in order; at the second, the process
 * exits. npm passes a SIGTERM to its shell alone, so under npm the death of that shell counts as one.
 */
export function onInterruption(stopping: () => void = () => undefined): AbortSignal {
  const controller = new AbortController();
  const abort = () => {
    controller.abort(new Error("interrupted"));
    stopping();
  };
  for (const signal of signals) {
    process.on(signal, () => {
      if (controller.signal.aborted) process.exit(130);
      abort();
    });
  }
  if (process.env.npm_lifecycle_event !== undefined) {
    const parent = process.ppid;
    const orphaned = parent === 1 && !isNpmFirst();
    const watch = setInterval(() => {
      if (process.ppid === parent && !orphaned) return;
      clearInterval(watch);
      if (!controller.signal.aborted) abort();
    }, parentPollMs);
    watch.unref();
  }
  return controller.signal;
}

/** In a container npm may be process 1 itself; else, whose parent that is has lost its own. */
function isNpmFirst(): boolean {
  try {
    return readFileSync("/proc/1/cmdline", "utf8").includes("npm");
  } catch {
    return false;
  }
}
