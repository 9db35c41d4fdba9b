import { chmod, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";

export interface AzureCli {
  /** A PATH that finds it first. */
  path: string;
  remove(): Promise<void>;
}

/**
 * An `az` that answers `account get-access-token` as the Azure CLI does, for whoever the claims name; without claims as one
 * at which nobody is signed in.
 */
export async function makeAzureCli(claims?: Record<string, unknown>): Promise<AzureCli> {
  const folder = await mkdtemp(path.join(tmpdir(), "assay-az-"));
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString("base64url");
  const expires = Math.floor(Date.now() / 1000) + 3600;
  const accessToken = `${part({ alg: "RS256" })}.${part({ exp: expires, ...claims })}.signature`;
  const answer = JSON.stringify({ accessToken, expiresOn: "2099-01-01 00:00:00.000000", expires_on: expires });
  const script = claims
    ? `[ "$1 $2" = "account get-access-token" ] || exit 2\necho '${answer}'\n`
    : "echo \"Please run 'az login' to setup account.\" >&2\nexit 1\n";
  await writeFile(path.join(folder, "az"), `#!/bin/sh\n${script}`);
  await chmod(path.join(folder, "az"), 0o755);
  return {
    path: `${folder}:${process.env.PATH ?? ""}`,
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}
