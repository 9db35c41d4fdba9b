import { rm } from "node:fs/promises";
import path from "node:path";
import { rolldown } from "rolldown";

const root = path.resolve(import.meta.dirname, "..");

/**
 * Writes the deployable app: `main.cjs`, one explicit entry, and chunks that SDKs are loaded from at first use. CommonJS,
 * because the worker provides `@azure/functions-core` to `require` alone; it must stay external.
 */
export async function buildApp(outDir: string): Promise<void> {
  await rm(outDir, { recursive: true, force: true });
  const bundle = await rolldown({
    input: { main: path.join(root, "src/main.ts") },
    platform: "node",
    external: ["@azure/functions-core"],
    onLog(level, log, handle) {
      // Packages annotate calls in places that the bundler does not read; nothing is lost.
      if (log.code !== "INVALID_ANNOTATION" && log.code !== "EVAL") handle(level, log);
    },
  });
  await bundle.write({
    dir: outDir,
    format: "cjs",
    entryFileNames: "[name].cjs",
    chunkFileNames: "chunks/[name]-[hash].cjs",
    sourcemap: true,
    minify: true,
    exports: "named",
  });
  await bundle.close();
}

if (import.meta.main) await buildApp(path.resolve(process.argv[2] ?? path.join(root, "dist")));
