import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import { test } from "vitest";

const asked = process.env.ASSAY_DATA;
const folder = resolve(import.meta.dirname, "..", "..", asked ?? join("..", "shared", "data"));

/** A file or folder of the real data: below `ASSAY_DATA`, or `../shared/data` beside the repository. */
export function dataPath(name: string): string {
  return join(folder, name);
}

/**
 * A test that reads `name` of the real data. Where that is absent it is skipped with a notice, and fails instead where
 * `ASSAY_DATA` says that the data are there.
 */
export function testWithData(title: string, name: string, body: (path: string) => void | Promise<void>): void {
  const path = dataPath(name);
  if (existsSync(path)) {
    test(title, () => body(path));
  } else if (asked === undefined) {
    // Reporters do not print the titles of what is skipped.
    console.info(`${name}: no rows checked, all skipped: no ${path} (ASSAY_DATA names the folder)`);
    test.skip(`${title} (skipped: no ${path})`, () => {});
  } else {
    test(title, () => {
      throw new Error(`ASSAY_DATA is ${asked}, and ${path} is not there`);
    });
  }
}

/** Prints how many rows of a data file a test checked and how many it left out. */
export function reportRows(name: string, checked: number, skipped: number): void {
  console.info(`${name}: ${checked} rows checked, ${skipped} skipped`);
}
