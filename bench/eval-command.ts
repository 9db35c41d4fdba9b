import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { besideBareLoop } from "./beside-bare-loop.ts";
import { bundled, type Measure, withServer } from "./cases.ts";
import type { Figure } from "./figures.ts";

const root = path.resolve(import.meta.dirname, "..");
const cases = 1000;
const latencyMs = 50;
/** Pairs of bare loop and run; the median of their ratios counts, for others use the machine too. */
const pairs = 7;
const manyCases = 100_000;

/** `assay eval` as it is delivered, beside a bare loop that starts as cold as it does; what it holds at 100,000 cases. */
export async function benchEvalCommand(): Promise<Figure[]> {
  const folder = await mkdtemp(path.join(tmpdir(), "assay-bench-eval-"));
  try {
    const measured = await bundled("run-process.ts", folder);
    const suite = await writeCheckout(path.join(folder, "thousand"), cases);
    const figures = await withServer(latencyMs, async (url) => [
      ...(await besideBare(suite, measured, { url, concurrency: 20, limit: 1.05 })),
      ...(await besideBare(suite, measured, { url, concurrency: 100, limit: 1.4 })),
    ]);
    const large = await writeCheckout(path.join(folder, "many"), manyCases);
    const many = await withServer(0, (url) => evaluate(large, url, 50));
    return [
      ...figures,
      { figure: "assay eval: resident at 100,000 cases", value: many.residentMb, unit: "MB", limit: 250 },
    ];
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function besideBare(
  suite: string,
  measured: Measure,
  { url, concurrency, limit }: { url: string; concurrency: number; limit: number },
): Promise<Figure[]> {
  return besideBareLoop({
    ...{ name: "assay eval: ", cases, concurrency, pairs, limit },
    bare: () => measured({ how: "bare", url, cases, concurrency, warmUp: 0 }),
    async run() {
      const { seconds, cpuSeconds } = await evaluate(suite, url, concurrency);
      return { ms: seconds * 1000, cpuMs: cpuSeconds * 1000 };
    },
  });
}

interface Evaluated {
  seconds: number;
  cpuSeconds: number;
  residentMb: number;
}

/** Seconds and CPU are the run's own, as `--json` prints them; memory is the most that the system saw. */
async function evaluate(cwd: string, url: string, concurrency: number): Promise<Evaluated> {
  const args = ["eval", "many", "--endpoint", url, "--concurrency", `${concurrency}`, "--no-cache", "--json"];
  const child = spawn(process.execPath, [path.join(root, "dist/cli.cjs"), ...args], {
    cwd,
    stdio: ["ignore", "pipe", "inherit"],
  });
  let out = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    out += text;
  });
  let residentMb = 0;
  const watching = setInterval(() => {
    residentMb = Math.max(residentMb, residentOf(child.pid));
  }, 20);
  const [code] = await once(child, "close");
  clearInterval(watching);
  if (code !== 0) throw new Error(`assay ${args.join(" ")} ended with ${code}`);
  const { speed } = JSON.parse(out);
  return { ...speed, residentMb };
}

function residentOf(pid: number | undefined): number {
  try {
    if (process.platform !== "linux") return Number(execFileSync("ps", ["-o", "rss=", "-p", `${pid}`])) / 1024;
    return Number(/VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1] ?? 0) / 1024;
  } catch {
    // It ended meanwhile.
    return 0;
  }
}

/** A checkout with one suite of so many cases, and its two string evaluators. */
async function writeCheckout(folder: string, count: number): Promise<string> {
  const rows = Array.from({ length: count }, (_, n) =>
    JSON.stringify({ id: `case-${n}`, inputs: { question: `What is known about number ${n}?` } }),
  );
  const files = {
    "assay.yaml": ["schema: assay/policy/v1", "caps: { maxCallsPerRun: 1000000 }", "productionShare: 0"],
    "prompts/helper.prompt.md": [
      "---",
      "schema: assay/prompt/v1",
      "name: helper",
      "version: 1.0.0",
      "model: gpt-4.1-mini",
      "inputs:",
      "  question: { type: string }",
      "---",
      "user:",
      "{{question}}",
    ],
    "evals/many.yaml": [
      "schema: assay/suite/v1",
      "name: many",
      "version: 1.0.0",
      "prompts: [helper]",
      "datasets: [{ path: many.jsonl }]",
      "evaluators:",
      "  - { name: says-plain, uses: contains, with: { value: plain }, primary: true, threshold: 0.9, margin: 0.05 }",
      "  - { name: not-empty, uses: length, with: { min: 1 }, threshold: 0.9, margin: 0.05 }",
      "repeats: 1",
    ],
    "evals/many.jsonl": rows,
  };
  for (const [file, lines] of Object.entries(files)) {
    await mkdir(path.join(folder, path.dirname(file)), { recursive: true });
    await writeFile(path.join(folder, file), `${lines.join("\n")}\n`);
  }
  return folder;
}
