import { watch } from "node:fs";
import { messageOf } from "../shared/errors.ts";
import { isAiAsset } from "../shared/gate/ai-assets.ts";
import type { ExitCode } from "./command.ts";
import type { Terminal } from "./terminal.ts";

/** Editors write a file in several steps. */
const settleMs = 150;

/**
 * Runs now, and again after every change to prompts, suites or policy, or to a file that the run `read` wherever it lies,
 * until Ctrl-C; then gives the last exit code.
 */
export async function watchFiles(
  root: string,
  read: ReadonlySet<string>,
  run: () => Promise<ExitCode>,
  terminal: Terminal,
): Promise<ExitCode> {
  let code: ExitCode = 0;
  let changed: (() => void) | undefined;
  let dirty = false;
  let ended = false;
  const watcher = watch(root, { recursive: true }, (_, file) => {
    const changedFile = file?.replaceAll("\\", "/");
    if (changedFile === undefined || !(isAiAsset(changedFile) || read.has(changedFile))) return;
    dirty = true;
    changed?.();
  });
  const end = () => {
    ended = true;
    changed?.();
  };
  process.once("SIGINT", end);
  while (!ended) {
    dirty = false;
    code = await run().catch((thrown: unknown): ExitCode => {
      terminal.note(`assay: ${messageOf(thrown)}`);
      return 1;
    });
    if (ended) break;
    terminal.note("Watching prompts/, evals/, assay.yaml and what they refer to; Ctrl-C ends.");
    await new Promise<void>((resolve) => {
      changed = resolve;
      if (dirty) resolve();
    });
    await new Promise((resolve) => setTimeout(resolve, settleMs));
  }
  watcher.close();
  return code;
}
