import { cp, mkdir, writeFile } from "node:fs/promises";
import path from "node:path";
import { makeTemporaryFolder } from "../temporary-folder.ts";
import { gitText } from "./git.ts";
import type { Repository } from "./state.ts";

/**
 * Makes a folder's files, with others in their place or beside them, the first commit of `main`; answers the commit. No
 * webhook is sent: nobody listened yet.
 */
export async function seedRepository(
  repository: Repository,
  folder: string,
  files: Readonly<Record<string, string>> = {},
): Promise<string> {
  const temporary = makeTemporaryFolder("assay-seed-");
  const work = temporary.path;
  try {
    await cp(folder, work, { recursive: true });
    for (const [file, text] of Object.entries(files)) {
      await mkdir(path.dirname(path.join(work, file)), { recursive: true });
      await writeFile(path.join(work, file), text);
    }
    const identity = [
      "-c",
      "user.name=Assay starter",
      "-c",
      "user.email=starter@example.com",
      "-c",
      "commit.gpgsign=false",
    ];
    await gitText(work, ["init", "--quiet", "--initial-branch=main"]);
    await gitText(work, ["add", "--all"]);
    await gitText(work, [...identity, "commit", "--quiet", "-m", "Start from Assay's starter"]);
    await gitText(work, ["push", "--quiet", repository.dir, "HEAD:refs/heads/main"]);
    return await gitText(work, ["rev-parse", "HEAD"]);
  } finally {
    await temporary.remove();
  }
}
