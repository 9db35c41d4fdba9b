import { join, resolve } from "node:path";

/** The folder of real data: `ASSAY_DATA`, or `../shared/data` beside the repository. */
export function dataFolder(): string {
  return resolve(import.meta.dirname, "..", process.env.ASSAY_DATA ?? join("..", "shared", "data"));
}
