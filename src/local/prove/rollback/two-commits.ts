import { mkdir, writeFile } from "node:fs/promises";
import path from "node:path";
import { gitText } from "../../github/git.ts";
import { makeTemporaryFolder } from "../../temporary-folder.ts";

/** The commit of the release that was verified, and of the one after it. */
export interface Commits {
  old: string;
  new: string;
}

/** A history that each order's repository starts from. */
export interface TwoCommits extends Commits {
  pushTo(dir: string): Promise<void>;
  remove(): Promise<void>;
}

const identity = ["-c", "user.name=Ada", "-c", "user.email=ada@example.com", "-c", "commit.gpgsign=false"];

export async function makeTwoCommits(): Promise<TwoCommits> {
  const folder = makeTemporaryFolder("assay-rollback-seed-");
  const work = folder.path;
  await gitText(work, ["init", "--quiet", "--initial-branch=main"]);
  const commit = async (version: number) => {
    await mkdir(path.join(work, "releases"), { recursive: true });
    const manifest = `schema: assay/release/v1\nname: proof\nversion: 1.0.${version}\nowner: ada\nstage: prod\n`;
    await writeFile(path.join(work, "releases/proof.yaml"), manifest);
    await gitText(work, ["add", "--all"]);
    await gitText(work, [...identity, "commit", "--quiet", "-m", `Release ${version}`]);
    return gitText(work, ["rev-parse", "HEAD"]);
  };
  const commits = { old: await commit(1), new: await commit(2) };
  return {
    ...commits,
    async pushTo(dir) {
      await gitText(work, ["push", "--quiet", dir, "HEAD:refs/heads/main"]);
    },
    remove: () => folder.remove(),
  };
}
