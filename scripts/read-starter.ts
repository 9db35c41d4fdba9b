import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync, statSync } from "node:fs";
import path from "node:path";
import { readRepositoryFromTree } from "../src/shared/repository/read-repository.ts";

export const root = path.resolve(import.meta.dirname, "..");
export const starter = path.join(root, "starter");

/** The starter as it lies on the disk, of the files that are wanted. */
export function readStarter(wanted: (file: string) => boolean = () => true) {
  const entries = readdirSync(starter, { recursive: true, encoding: "utf8" })
    .filter((file) => statSync(path.join(starter, file)).isFile() && wanted(file))
    .map((file) => {
      const sha = execFileSync("git", ["hash-object", path.join(starter, file)], { encoding: "utf8" }).trim();
      return { path: file.replaceAll("\\", "/"), mode: "100644", type: "blob", sha };
    });
  const bySha = new Map(entries.map((entry) => [entry.sha, entry.path]));
  const reader = {
    tree: async () => entries,
    blob: async (sha: string) => readFileSync(path.join(starter, bySha.get(sha) ?? "")),
  };
  return readRepositoryFromTree(entries, reader, { commit: "starter" });
}
