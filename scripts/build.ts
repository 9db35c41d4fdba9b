import { existsSync } from "node:fs";
import { chmod, rm } from "node:fs/promises";
import path from "node:path";
import { type OutputChunk, rolldown } from "rolldown";

const root = path.resolve(import.meta.dirname, "..");

/**
 * Writes the deployable app, `main.cjs`, and the command line, `cli.cjs`, each with chunks that are loaded at first use.
 * CommonJS, because the worker provides `@azure/functions-core` to `require` alone; it must stay external. Whatever was in
 * the folder before is gone. Returns what was written, with what each chunk holds and imports.
 */
export async function buildApp(outDir: string): Promise<OutputChunk[]> {
  if (existsSync(path.join(outDir, "package.json")))
    throw new Error(`${outDir} holds a package: building into it would delete it.`);
  await rm(outDir, { recursive: true, force: true });
  // Apart, so that neither's start loads a chunk that only the other needs whole.
  const app = await bundleEntry("main", "src/main.ts", outDir);
  const cli = await bundleEntry("cli", "src/cli/main.ts", outDir);
  await chmod(path.join(outDir, "cli.cjs"), 0o755);
  return [...app, ...cli];
}

const quiet = new Set(["INVALID_ANNOTATION", "EVAL", "INEFFECTIVE_DYNAMIC_IMPORT"]);

async function bundleEntry(name: string, entry: string, outDir: string): Promise<OutputChunk[]> {
  const bundle = await rolldown({
    input: { [name]: path.join(root, entry) },
    platform: "node",
    external: ["@azure/functions-core"],
    onLog(level, log, handle) {
      // Packages annotate calls in places that the bundler does not read, and what one entry loads late another needs at
      // once; nothing is lost.
      if (!quiet.has(log.code ?? "")) handle(level, log);
    },
  });
  const { output } = await bundle.write({
    dir: outDir,
    format: "cjs",
    entryFileNames: "[name].cjs",
    chunkFileNames: `chunks/${name}/[name]-[hash].cjs`,
    sourcemap: true,
    minify: true,
    exports: "named",
  });
  await bundle.close();
  return output.filter((item) => item.type === "chunk");
}

if (import.meta.main) await buildApp(path.resolve(process.argv[2] ?? path.join(root, "dist")));
