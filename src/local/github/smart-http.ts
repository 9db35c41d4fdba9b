import { spawn } from "node:child_process";
import type { IncomingMessage, ServerResponse } from "node:http";
import { createGunzip } from "node:zlib";
import { authenticate, authorize } from "./auth.ts";
import { git } from "./git.ts";
import { refUpdated } from "./ref-updates.ts";
import { HttpError } from "./router.ts";
import { findRepository, type Repository, type StandInState } from "./state.ts";

const services: Record<string, string> = { "git-upload-pack": "upload-pack", "git-receive-pack": "receive-pack" };

/** Git over HTTP as `git clone` and `git push` speak it; false where the path is none of git's. */
export async function serveGit(
  state: StandInState,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<boolean> {
  const url = new URL(request.url ?? "/", state.url);
  const match = /^\/([^/]+)\/([^/]+?)(?:\.git)?\/(info\/refs|git-upload-pack|git-receive-pack)$/.exec(url.pathname);
  if (!match) return false;
  const [, owner = "", name = "", what = ""] = match;
  const service = what === "info/refs" ? (url.searchParams.get("service") ?? "") : what;
  const command = services[service];
  const repository = findRepository(state, owner, name);
  if (!command || !repository) throw new HttpError(404, "Not Found");
  const actor = authenticate(state, request.headers.authorization);
  if (actor.kind === "anonymous" && (repository.private || command === "receive-pack")) {
    response.writeHead(401, { "www-authenticate": 'Basic realm="GitHub stand-in"' }).end();
    return true;
  }
  authorize(actor, repository, command === "receive-pack" ? "contents:write" : "contents:read");
  const protocol = request.headers["git-protocol"];
  const env = { ...process.env, ...(typeof protocol === "string" ? { GIT_PROTOCOL: protocol } : {}) };
  if (what === "info/refs") {
    response.writeHead(200, { "content-type": `application/x-${service}-advertisement`, "cache-control": "no-cache" });
    const line = `# service=${service}\n`;
    response.write(`${(line.length + 4).toString(16).padStart(4, "0")}${line}0000`);
    await pipe(request, response, [command, "--stateless-rpc", "--advertise-refs", repository.dir], env, false);
    return true;
  }
  response.writeHead(200, { "content-type": `application/x-${service}-result`, "cache-control": "no-cache" });
  if (command === "upload-pack") {
    await pipe(request, response, [command, "--stateless-rpc", repository.dir], env, true);
    return true;
  }
  const before = await refsOf(repository);
  await pipe(request, response, [command, "--stateless-rpc", repository.dir], env, true);
  const after = await refsOf(repository);
  for (const ref of new Set([...before.keys(), ...after.keys()]))
    await refUpdated(state, repository, ref, before.get(ref), after.get(ref), actor);
  return true;
}

async function refsOf(repository: Repository): Promise<Map<string, string>> {
  const { stdout } = await git(repository.dir, [
    "for-each-ref",
    "--format=%(refname) %(objectname)",
    "refs/heads",
    "refs/tags",
  ]);
  return new Map(
    stdout
      .toString("utf8")
      .split("\n")
      .filter(Boolean)
      .map((line) => {
        const [ref = "", sha = ""] = line.split(" ");
        return [ref, sha];
      }),
  );
}

function pipe(
  request: IncomingMessage,
  response: ServerResponse,
  args: string[],
  env: NodeJS.ProcessEnv,
  withInput: boolean,
): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn("git", args, { env, stdio: ["pipe", "pipe", "ignore"] });
    child.on("error", reject);
    child.stdin.on("error", () => {});
    if (!withInput) child.stdin.end();
    else if (request.headers["content-encoding"] === "gzip") request.pipe(createGunzip()).pipe(child.stdin);
    else request.pipe(child.stdin);
    child.stdout.pipe(response);
    child.on("close", () => resolve());
  });
}
