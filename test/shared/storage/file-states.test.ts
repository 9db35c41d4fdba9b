import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import { afterEach, beforeEach, expect, test } from "vitest";
import { createFileStates } from "../../../src/shared/storage/file-states.ts";

const source = path.resolve(import.meta.dirname, "../../../src/shared/storage/file-states.ts");
const run = promisify(execFile);
const readNumber = (stored: unknown) => (typeof stored === "number" ? stored : undefined);

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "assay-states-"));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

test("processes that change one state at once lose no change", async () => {
  const code = `import { createFileStates } from ${JSON.stringify(source)};
    const states = createFileStates(${JSON.stringify(folder)}, (stored) => stored);
    for (let n = 0; n < 200; n++) await states.change("sum", (known = 0) => known + 1);`;
  await Promise.all([1, 2, 3].map(() => run(process.execPath, ["--input-type=module", "-e", code])));
  expect(await createFileStates(folder, readNumber).change("sum", (known = 0) => known)).toBe(600);
  expect((await readdir(path.join(folder, "sum"))).length).toBeLessThan(40);
});

test("a process that sleeps after its change while others go on from it does not count it again", async () => {
  const code = `import { createFileStates } from ${JSON.stringify(source)};
    const states = createFileStates(${JSON.stringify(folder)}, (stored) => stored);
    for (let n = 0; n < 300; n++) await states.change("sum", (known = 0) => known + 1);`;
  const children = [1, 2, 3].map(() => spawn(process.execPath, ["--input-type=module", "-e", code]));
  const ends = children.map((child) => once(child, "exit"));
  const [sleeper] = children;
  const nap = setInterval(() => {
    sleeper?.kill("SIGSTOP");
    setTimeout(() => sleeper?.kill("SIGCONT"), 15);
  }, 20);
  await Promise.all(ends.slice(1));
  clearInterval(nap);
  sleeper?.kill("SIGCONT");
  await ends[0];
  expect(await createFileStates(folder, readNumber).change("sum", (known = 0) => known)).toBe(900);
});

test("a draft that a kill left, and a state of another make, stand in nobody's way", async () => {
  const states = createFileStates(folder, readNumber);
  await states.change("https://models/*", () => 1);
  const [place = ""] = await readdir(folder);
  await writeFile(path.join(folder, place, "1-0.draft"), "{");
  expect(await states.change("https://models/*", (known = 10) => known + 1)).toBe(2);
  await writeFile(path.join(folder, place, "3.json"), JSON.stringify({ window: "wide" }));
  expect(await states.change("https://models/*", (known = 10) => known + 1)).toBe(11);
});
