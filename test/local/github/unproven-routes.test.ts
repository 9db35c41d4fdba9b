import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { createEmulator } from "emulate";
import { expect, test } from "vitest";
import { routes as standIn } from "../../../src/local/github/server.ts";
import { reportRows, testWithData } from "../../support/data.ts";

const root = path.resolve(import.meta.dirname, "../../..");
const adapterFolder = path.join(root, "src/shared/github");
/** octokit's route strings, as the adapter writes them. */
const asked = readdirSync(adapterFolder).flatMap((file) =>
  [...readFileSync(path.join(adapterFolder, file), "utf8").matchAll(/"((?:GET|POST|PATCH|PUT|DELETE) \/[^"]*)"/g)].map(
    ([, route]) => String(route),
  ),
);
const served = standIn.map(({ method, template }) => `${method} ${template}`);

interface Made {
  id?: number;
  number?: number;
  object?: { sha: string };
  content?: { sha: string };
}

/** The routes in the list below a heading of docs/unproven.md. */
function documented(heading: string): string[] {
  const text = readFileSync(path.join(root, "docs/unproven.md"), "utf8");
  const section = text.split(/^## /m).find((part) => part.startsWith(heading)) ?? "";
  return [...section.matchAll(/^- `([A-Z]+ \/[^`]*)`/gm)].map(([, route]) => String(route)).sort();
}

test("the stand-in serves every route that the adapter asks for", () => {
  expect(asked.length).toBeGreaterThan(15);
  expect(asked.filter((route) => !served.includes(route))).toEqual([]);
});

testWithData("docs/unproven.md lists the routes outside the description", "github-openapi-subset.json", (file) => {
  const { paths }: { paths: Record<string, Record<string, unknown>> } = JSON.parse(readFileSync(file, "utf8"));
  const all = [...new Set([...asked, ...served])].sort();
  const outside = all.filter((route) => {
    const [method = "", template = ""] = route.split(" ");
    return paths[template]?.[method.toLowerCase()] === undefined;
  });
  reportRows("github-openapi-subset.json", all.length - outside.length, outside.length);
  expect(documented("Calls to GitHub outside its description")).toEqual(outside);
});

test("docs/unproven.md lists the adapter's routes that emulate does not serve", async () => {
  const emulator = await createEmulator({
    service: "github",
    port: 0,
    seed: {
      github: {
        users: [{ login: "octocat" }],
        repos: [{ owner: "octocat", name: "support", auto_init: true }],
        apps: [
          { app_id: 1, slug: "assay", name: "Assay", installations: [{ installation_id: 100, account: "octocat" }] },
        ],
      },
      tokens: { person: { login: "octocat", scopes: ["repo"] } },
    },
  });
  async function call(method: string, at: string, body?: object) {
    const response = await fetch(`${emulator.url}${at}`, {
      method,
      headers: { authorization: "Bearer person", "content-type": "application/json" },
      ...(body ? { body: JSON.stringify(body) } : {}),
    });
    return { status: response.status, json: (response.status === 204 ? {} : await response.json()) as Made };
  }
  try {
    // Everything that a route can name is there, so that a 404 means the route.
    const repo = "/repos/octocat/support";
    const sha = (await call("GET", `${repo}/git/ref/heads/main`)).json.object?.sha;
    await call("POST", `${repo}/git/refs`, { ref: "refs/heads/change", sha });
    const file = { message: "m", content: Buffer.from("two").toString("base64"), branch: "change" };
    const written = await call("PUT", `${repo}/contents/a.md`, file);
    const pull = (await call("POST", `${repo}/pulls`, { title: "t", head: "change", base: "main" })).json.number;
    const issue = (await call("POST", `${repo}/issues`, { title: "t" })).json.number;
    const comment = (await call("POST", `${repo}/issues/${pull}/comments`, { body: "b" })).json.id;
    const check = (await call("POST", `${repo}/check-runs`, { name: "c", head_sha: sha })).json.id;
    const names: Record<string, unknown> = {
      owner: "octocat",
      repo: "support",
      username: "octocat",
      basehead: "main...change",
      tree_sha: sha,
      commit_sha: sha,
      file_sha: written.json.content?.sha,
      pull_number: pull,
      issue_number: issue,
      comment_id: comment,
      check_run_id: check,
      delivery_id: 1,
    };
    const missing: string[] = [];
    const routes = [...new Set(asked)].sort((a, b) => Number(a.startsWith("DELETE")) - Number(b.startsWith("DELETE")));
    for (const route of routes) {
      const [method = "", template = ""] = route.split(" ");
      names.ref = template.includes("/git/ref/") ? "heads/main" : "main";
      const at = template.replace(/\{(\w+)\}/g, (_, name: string) => String(names[name]));
      const { status } = await call(method, at, /GET|DELETE/.test(method) ? undefined : { content: "eyes" });
      if (status === 404) missing.push(route);
    }
    expect(documented("Calls that emulate")).toEqual(missing.sort());
  } finally {
    await emulator.close();
  }
});
