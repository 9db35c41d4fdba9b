import { execFile } from "node:child_process";
import { existsSync, mkdirSync } from "node:fs";
import { rm } from "node:fs/promises";
import path from "node:path";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import { makeTemporaryFolder } from "../../src/local/temporary-folder.ts";

const run = promisify(execFile);
const source = path.resolve(import.meta.dirname, "../../src/local/temporary-folder.ts");

test("a temporary folder goes when it is removed", async () => {
  const folder = makeTemporaryFolder("assay-test-");
  expect(existsSync(folder.path)).toBe(true);
  await folder.remove();
  expect(existsSync(folder.path)).toBe(false);
});

test("however many there are, one listener waits for the exit", async () => {
  const before = process.listenerCount("exit");
  const made = Array.from({ length: 12 }, () => makeTemporaryFolder("assay-test-"));
  expect(process.listenerCount("exit")).toBe(before + 1);
  for (const folder of made) await folder.remove();
  expect(process.listenerCount("exit")).toBe(before);
  expect(made.some(({ path: folder }) => existsSync(folder))).toBe(false);
});

test("it goes with a process that exits without removing it", async () => {
  const script = `import { makeTemporaryFolder } from ${JSON.stringify(source)};
    console.log(makeTemporaryFolder("assay-test-").path);
    console.log(makeTemporaryFolder("assay-test-").path);
    process.exit(0);`;
  const { stdout } = await run(process.execPath, ["--input-type=module", "--eval", script]);
  const made = stdout.trim().split("\n");
  expect(made.map((folder) => path.basename(folder).slice(0, 11))).toEqual(["assay-test-", "assay-test-"]);
  expect(made.some(existsSync)).toBe(false);
});

test("what a killed process left goes when the next one begins; what a living one holds stays", async () => {
  const prefix = `assay-test-${process.pid}-`;
  const script = `import { makeTemporaryFolder } from ${JSON.stringify(source)};
    process.stdout.write(makeTemporaryFolder(${JSON.stringify(prefix)}).path, () => process.kill(process.pid, "SIGKILL"));`;
  const left = await run(process.execPath, ["--input-type=module", "--eval", script]).catch(
    ({ stdout }: { stdout: string }) => ({ stdout }),
  );
  expect(existsSync(left.stdout)).toBe(true);
  // As if a process that lives, and one of another machine, had made it.
  const living = left.stdout.replace(/-\d+-([^-]+)$/, `-${process.ppid}-$1`);
  const elsewhere = left.stdout.replace(prefix, `${prefix}elsewhere`);
  mkdirSync(living);
  mkdirSync(elsewhere);
  const folder = makeTemporaryFolder(prefix);
  expect([left.stdout, living, elsewhere, folder.path].map((one) => existsSync(one))).toEqual([
    false,
    true,
    true,
    true,
  ]);
  await Promise.all([folder.remove(), rm(living, { recursive: true }), rm(elsewhere, { recursive: true })]);
});
