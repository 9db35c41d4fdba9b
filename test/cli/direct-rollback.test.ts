import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { deployment, manifest } from "../shared/releases/manifests.ts";
import { aiRepository } from "../support/ai-repository.ts";
import { type AzureCli, makeAzureCli } from "../support/azure-cli.ts";
import { commitFirst, folderWith, runCli } from "../support/run-cli.ts";

let made: Awaited<ReturnType<typeof folderWith>>;
let [signedIn, signedOut]: AzureCli[] = [];
beforeAll(async () => {
  [signedIn, signedOut] = await Promise.all([makeAzureCli({ upn: "ada@example.com" }), makeAzureCli()]);
  made = await folderWith({ ...aiRepository(), "releases/chat.yaml": manifest() });
  commitFirst(made.folder);
  await made.write({ "releases/chat.yaml": manifest({ targets: deployment(3) }) });
});
afterAll(async () => {
  await Promise.all([made.remove(), signedIn?.remove(), signedOut?.remove()]);
});

/** Nobody listens at the port of discarded things. */
const down = ["Table", "Blob", "Queue"].map((service) => `${service}Endpoint=http://127.0.0.1:9/assaydata`).join(";");
const AssayStorage = `DefaultEndpointsProtocol=http;AccountName=assaydata;AccountKey=YWJj;${down}`;

function roll(release: string, args: string[], env: Record<string, string> = {}) {
  const all = ["release", "rollback", release, "--direct", "--reason", "the app is down", ...args];
  return runCli(all, { cwd: made.folder, env: { PATH: signedIn?.path ?? "", ...env } });
}

describe("assay release rollback --direct", () => {
  test("bad input: no storage, a name that is none, nobody signed in, another action, no reason", async () => {
    const unsaid = await roll("chat-0123456789ab", []);
    expect([unsaid.code, unsaid.err]).toEqual([
      1,
      expect.stringContaining("Give --storage NAME, or set AssayStorage__table"),
    ]);
    expect((await roll("chat-0123456789ab", ["--storage", "https://x"])).err).toContain("is no storage account's name");
    const nobody = await roll("chat-0123456789ab", [], { AssayStorage, PATH: signedOut?.path ?? "" });
    expect([nobody.code, nobody.err]).toEqual([1, expect.stringMatching(/az login.*as whoever ran `az login` here/s)]);
    const args = ["release", "pause", "chat-0123456789ab", "--direct", "--reason", "x"];
    expect((await runCli(args, { cwd: made.folder })).err).toContain("does not take `--direct`");
    const silent = await runCli(["release", "rollback", "chat-1", "--direct"], { cwd: made.folder });
    expect(silent.err).toContain("`--reason` is missing");
  });

  test("bad input: storage is down: the commands are those of the manifest at the commit that is named, never of the release itself", async () => {
    const planned = await runCli(["release", "plan", "chat", "--json"], { cwd: made.folder });
    const own = `chat-${JSON.parse(planned.out).digest.slice(0, 12)}`;
    const [named, itself] = await Promise.all([
      roll("chat-0123456789ab", ["--base", "main", "--repository", "acme/ai"], { AssayStorage }),
      roll(own, [], { AssayStorage }),
    ]);
    expect([named.code, named.err]).toEqual([1, expect.stringContaining("cannot be read or written")]);
    expect(named.out).toContain("By hand. Nothing was rolled back");
    expect(named.out).toContain(
      "# deployment:chat: chat--v2 (gpt-4.1 2025-04-14)\naz storage entity merge --auth-mode login --account-name assaydata",
    );
    expect(named.out).not.toContain("chat--v3");
    expect(itself.out).toContain(`of this checkout is ${own} itself. Name the commit to go back to`);
    expect([itself.code, itself.out]).toEqual([1, expect.not.stringContaining("az ")]);
  });
});
