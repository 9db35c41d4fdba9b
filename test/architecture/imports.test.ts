import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { parseAst } from "rolldown/parseAst";
import { describe, expect, test } from "vitest";

const root = path.resolve(import.meta.dirname, "../..");
const leaves = ["repository", "statistics", "redaction", "prices", "errors", "log", "clock"];

/** docs/architecture.md's table: the rooms of src/shared and what each may import besides itself. */
const mayImport: Record<string, string[]> = {
  ...Object.fromEntries(leaves.map((leaf) => [leaf, leaves])),
  settings: ["errors"],
  deliveries: leaves,
  evals: leaves,
  gate: [...leaves, "deliveries", "evals"],
  github: [...leaves, "deliveries", "gate"],
  storage: [...leaves, "deliveries", "evals", "gate", "azure"],
  foundry: [...leaves, "evals", "azure"],
  azure: leaves,
  services: [...leaves, "settings", "deliveries", "evals", "gate", "github", "storage", "foundry", "azure"],
};

/** SDKs and the only rooms that may import them. */
const sdkRooms: Record<string, string[]> = {
  "@azure/identity": ["azure", "storage"],
  "@azure/storage-blob": ["storage"],
  "@azure/storage-queue": ["storage"],
  "@azure/data-tables": ["storage"],
  "@octokit/core": ["github"],
  "@octokit/auth-app": ["github"],
  "@octokit/plugin-retry": ["github"],
  "@octokit/webhooks-methods": ["github"],
  undici: ["foundry"],
};

function sources(folder: string): string[] {
  return readdirSync(path.join(root, folder), { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".ts"))
    .map((file) => path.join(folder, file).replaceAll("\\", "/"));
}

interface Import {
  from: string;
  dynamic: boolean;
  typeOnly: boolean;
}

/** Every import of a file, static and dynamic. */
function importsOf(file: string): Import[] {
  const found: Import[] = [];
  const source = readFileSync(path.join(root, file), "utf8");
  const walk = (node: unknown): void => {
    if (Array.isArray(node)) for (const item of node) walk(item);
    if (typeof node !== "object" || node === null || !("type" in node)) return;
    const { type } = node;
    const from =
      "source" in node && typeof node.source === "object" && node.source !== null && "value" in node.source
        ? String(node.source.value)
        : undefined;
    const kind = "importKind" in node ? node.importKind : "exportKind" in node ? node.exportKind : undefined;
    if (from !== undefined) found.push({ from, dynamic: type === "ImportExpression", typeOnly: kind === "type" });
    for (const value of Object.values(node)) walk(value);
  };
  walk(parseAst(source, { lang: "ts" }, file));
  return found;
}

function resolved(file: string, from: string): string | undefined {
  return from.startsWith(".") ? path.posix.normalize(path.posix.join(path.posix.dirname(file), from)) : undefined;
}

function roomOf(file: string): string {
  const [, room = ""] = /^src\/shared\/([^/]+)/.exec(file) ?? [];
  return room.replace(/\.ts$/, "");
}

const files = sources("src");

describe("the import table", () => {
  test("every room of src/shared is in it", () => {
    const rooms = new Set(files.filter((file) => file.startsWith("src/shared/")).map(roomOf));
    expect([...rooms].filter((room) => !(room in mayImport))).toEqual([]);
  });

  test.each(files.filter((file) => file.startsWith("src/shared/")))("%s imports only what its room may", (file) => {
    const allowed = mayImport[roomOf(file)] ?? [];
    for (const { from } of importsOf(file)) {
      const target = resolved(file, from);
      if (target === undefined) {
        const sdk = Object.keys(sdkRooms).find((name) => from === name || from.startsWith(`${name}/`));
        if (sdk) expect(sdkRooms[sdk], `${file} imports ${from}`).toContain(roomOf(file));
        continue;
      }
      expect(target.startsWith("src/shared/"), `${file} imports ${target}`).toBe(true);
      const room = roomOf(target);
      if (room !== roomOf(file)) expect(allowed, `${file} imports ${target}`).toContain(room);
    }
  });

  test("only services.ts imports adapters, and each at first use", () => {
    const adapters = ["github", "storage", "foundry", "azure"];
    for (const file of files.filter((name) => name.startsWith("src/shared/") || name.startsWith("src/functions/"))) {
      for (const { from, dynamic, typeOnly } of importsOf(file)) {
        const room = roomOf(resolved(file, from) ?? "");
        if (!adapters.includes(room) || adapters.includes(roomOf(file)) || typeOnly) continue;
        expect(file, `${file} imports ${from}`).toBe("src/shared/services.ts");
        expect(dynamic, `${file} imports ${from} statically`).toBe(true);
      }
    }
  });

  test("nothing of the product knows the local run", () => {
    for (const file of files.filter((name) => !name.startsWith("src/local/"))) {
      for (const { from } of importsOf(file)) expect(resolved(file, from) ?? "", file).not.toMatch(/^src\/local\//);
      expect(readFileSync(path.join(root, file), "utf8"), file).not.toMatch(/azurite|stand-in|isLocal/i);
    }
  });
});

describe("house style", () => {
  test("a file per trigger, forty lines at most", () => {
    for (const file of files.filter((name) => name.startsWith("src/functions/"))) {
      expect(readFileSync(path.join(root, file), "utf8").split("\n").length - 1, file).toBeLessThanOrEqual(40);
    }
  });

  test("no file is longer than 400 lines, and names are kebab-case", () => {
    for (const file of files) {
      expect(readFileSync(path.join(root, file), "utf8").split("\n").length, file).toBeLessThanOrEqual(400);
      expect(path.basename(file), file).toMatch(/^[a-z0-9]+(-[a-z0-9]+)*\.ts$/);
      expect(file).not.toMatch(/\/(utils|helpers|common)(\/|\.ts$)/);
    }
  });

  test("no default exports, no enums, no classes but errors", () => {
    for (const file of files) {
      const source = readFileSync(path.join(root, file), "utf8");
      expect(source, file).not.toMatch(/^export default /m);
      expect(source, file).not.toMatch(/^(export )?(const )?enum /m);
      for (const [, name = "", parent = ""] of source.matchAll(/^(?:export )?class (\w+)(?: extends (\w+))?/gm)) {
        expect(`${name} extends ${parent}`, file).toMatch(/Error extends \w*Error$/);
      }
    }
  });
});
