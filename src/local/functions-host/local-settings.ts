import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import * as z from "zod";

const LocalSettings = z.object({
  IsEncrypted: z.literal(false, "must be false: encrypted settings are read by Core Tools alone").optional(),
  Values: z.record(z.string(), z.string()).default({}),
});

/** `Values` of `local.settings.json` in `root`, as `func start` reads them: what `env` has already wins. */
export function readLocalSettings(root: string, env: Record<string, string | undefined>): Record<string, string> {
  const file = path.join(root, "local.settings.json");
  if (!existsSync(file)) return {};
  const parsed = LocalSettings.safeParse(JSON.parse(readFileSync(file, "utf8")));
  if (!parsed.success) throw new Error(`${file} cannot be used:\n${z.prettifyError(parsed.error)}`);
  return Object.fromEntries(Object.entries(parsed.data.Values).filter(([name]) => env[name] === undefined));
}
