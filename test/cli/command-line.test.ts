import { spawn } from "node:child_process";
import { once } from "node:events";
import { describe, expect, test } from "vitest";
import packageJson from "../../package.json" with { type: "json" };
import { commandTable } from "../../src/cli/command-table.ts";
import { routeFile } from "../shared/routing/routes.ts";
import { aiRepository } from "../support/ai-repository.ts";
import { cliEntry, lines, runCli, testFolder } from "../support/run-cli.ts";

async function folder(files: Record<string, string> = {}) {
  return (await testFolder(files)).folder;
}

describe("the command line", () => {
  test("says its version and its commands", async () => {
    const cwd = await folder();
    expect(await runCli(["--version"], { cwd })).toEqual({ code: 0, out: `${packageJson.version}\n`, err: "" });
    const help = await runCli(["help"], { cwd });
    for (const [name, { summary }] of Object.entries(commandTable))
      expect(help.out).toMatch(new RegExp(`  ${name} +${summary}`));
    expect(await runCli([], { cwd })).toMatchObject({ code: 1, out: "" });
  });

  test.each(Object.keys(commandTable))(
    "help of %s names every option, in lines of a hundred characters",
    async (name) => {
      const { out, code } = await runCli(["help", name], { cwd: await folder() });
      const command = await commandTable[name]?.load();
      expect(code).toBe(0);
      for (const option of Object.keys(command?.options ?? {})) expect(out).toContain(`--${option}`);
      expect(out.split("\n").filter((line) => line.length > 120)).toEqual([]);
    },
  );

  test("bad input: unknown commands and options are told with the nearest one", async () => {
    const cwd = await folder();
    expect(await runCli(["lnt"], { cwd })).toMatchObject({ code: 1, err: expect.stringContaining("`assay lint`") });
    expect(await runCli(["score", "--metrc", "f1"], { cwd })).toMatchObject({
      code: 1,
      err: expect.stringContaining("`--metric`"),
    });
    expect(await runCli(["score", "--metric", "f1"], { cwd })).toMatchObject({
      code: 1,
      err: expect.stringContaining("`--file`"),
    });
    expect(await runCli(["lint", "a", "b"], { cwd })).toMatchObject({
      code: 1,
      err: expect.stringContaining("Usage: assay lint"),
    });
  });

  test("colours only where they are asked for, and NO_COLOR takes them away", async () => {
    const cwd = await folder({ ...aiRepository(), "evals/helper-cases.jsonl": "" });
    const colour = String.fromCharCode(27);
    expect((await runCli(["lint"], { cwd })).out).not.toContain(colour);
    expect((await runCli(["lint"], { cwd, env: { FORCE_COLOR: "1" } })).out).toContain(colour);
    expect((await runCli(["lint"], { cwd, env: { NO_COLOR: "1" } })).out).not.toContain(colour);
  });

  test("a reader that leaves does not make it crash", async () => {
    const row = { prediction: "yes", references: ["yes"] };
    const cwd = await folder({
      "rows.jsonl": lines(...Array.from({ length: 20_000 }, (_, id) => ({ id: `${id}`, ...row }))),
    });
    const child = spawn(process.execPath, [cliEntry, "score", "--metric", "equals", "--file", "rows.jsonl"], { cwd });
    let err = "";
    child.stderr.on("data", (text) => {
      err += String(text);
    });
    child.stdout.once("data", () => child.stdout.destroy());
    const [code] = await once(child, "close");
    expect({ code, err }).toEqual({ code: 0, err: "" });
  });
});

describe("assay lint", () => {
  test("a clean repository", async () => {
    const { code, out } = await runCli(["lint"], { cwd: await folder(aiRepository()) });
    expect(code).toBe(0);
    expect(out).toMatch(/1 prompt and 1 suite: 0 errors/);
  });

  test("says how many routes and releases it read, where there are any", async () => {
    const cwd = await folder({ ...aiRepository(), "routing/chat.yaml": routeFile([]) });
    expect((await runCli(["lint"], { cwd })).out).toMatch(/1 prompt, 1 suite and 1 route: 0 errors, 3 warnings/);
  });

  test("findings with place, code and mend; as JSON too", async () => {
    const files = aiRepository();
    const suite = files["evals/helper.yaml"]?.replace("uses: contains,", "uses: contans,") ?? "";
    const cwd = await folder({ ...files, "evals/helper.yaml": suite });
    const { code, out } = await runCli(["lint", "evals"], { cwd });
    expect(code).toBe(1);
    expect(out).toMatch(
      /^evals\/helper\.yaml:7:\d+ error suite\/unknown-evaluator There is no evaluator `contans`\.\n {4}Write `uses: contains`\.$/m,
    );
    const json = await runCli(["lint", "--json"], { cwd });
    expect(json.code).toBe(1);
    expect(JSON.parse(json.out)).toMatchObject({
      findings: expect.arrayContaining([expect.objectContaining({ code: "suite/unknown-evaluator", line: 7 })]),
    });
  });

  test.each([
    ["an empty dataset", { "evals/helper-cases.jsonl": "" }, /evals\/helper-cases\.jsonl:1:1 error dataset\/empty/],
    [
      "duplicate ids",
      {
        "evals/helper-cases.jsonl": lines(
          { id: "a", inputs: { question: "one?" } },
          { id: "a", inputs: { question: "two?" } },
        ),
      },
      /evals\/helper-cases\.jsonl:2:1 error dataset\/duplicate-id The id `a` is also that of the case at evals\/helper-cases\.jsonl:1/,
    ],
  ])("bad input: %s", async (_, files, expected) => {
    const { code, out } = await runCli(["lint"], { cwd: await folder({ ...aiRepository(), ...files }) });
    expect(code).toBe(1);
    expect(out).toMatch(expected);
  });

  test("bad input: a threshold out of range", async () => {
    const files = aiRepository();
    const suite = files["evals/helper.yaml"]?.replace("threshold: 0.8", "threshold: 80") ?? "";
    const out = await runCli(["lint"], { cwd: await folder({ ...files, "evals/helper.yaml": suite }) });
    expect(out.code).toBe(1);
    expect(out.out).toMatch(/evals\/helper\.yaml:7:\d+ error .*write 80 % as 0.8/);
  });

  test("bad input: a folder without an AI repository, and a path that is not there", async () => {
    const cwd = await folder({ "notes.txt": "" });
    expect(await runCli(["lint"], { cwd })).toMatchObject({ code: 1, err: expect.stringContaining("assay init") });
    expect(await runCli(["lint", "nowhere"], { cwd })).toMatchObject({
      code: 1,
      err: expect.stringContaining("nowhere does not exist"),
    });
  });
});
