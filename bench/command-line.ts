import { spawn } from "node:child_process";
import { once } from "node:events";
import { cp, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { startModelStandIn } from "../src/local/model/start.ts";
import { type Figure, quantile } from "./figures.ts";

const root = path.resolve(import.meta.dirname, "..");
const runs = 9;

/** From the start of the built command line to its end; the first start fills Node's cache of compiled code. */
export async function benchCommandLine(): Promise<Figure[]> {
  const folder = await mkdtemp(path.join(tmpdir(), "assay-bench-"));
  const model = await startModelStandIn({ port: 0, seed: 1, latencyMs: 1 });
  try {
    await cp(path.join(root, "starter"), folder, { recursive: true });
    const one = [
      "eval",
      "support-regression",
      "--endpoint",
      model.url,
      "--case",
      "answerable-en-accounts-1",
      "--no-cache",
    ];
    return [
      { figure: "assay --version, median", value: await median(["--version"], folder), unit: "ms", limit: 150 },
      { figure: "assay eval of one case, median", value: await median(one, folder), unit: "ms", limit: 300 },
    ];
  } finally {
    await model.stop();
    await rm(folder, { recursive: true, force: true });
  }
}

async function median(args: string[], cwd: string): Promise<number> {
  const times: number[] = [];
  for (let n = 0; n <= runs; n++) {
    const started = performance.now();
    const child = spawn(process.execPath, [path.join(root, "dist/cli.cjs"), ...args], { cwd, stdio: "ignore" });
    const [code] = await once(child, "close");
    if (code !== 0) throw new Error(`assay ${args.join(" ")} ended with ${code}`);
    if (n > 0) times.push(performance.now() - started);
  }
  return quantile(times, 0.5);
}
