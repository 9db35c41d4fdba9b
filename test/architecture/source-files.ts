import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { parseAst } from "rolldown/parseAst";

const root = path.resolve(import.meta.dirname, "../..");

export interface Import {
  from: string;
  dynamic: boolean;
  typeOnly: boolean;
}

/** A source file as its parser sees it. Paths are relative to the project, with forward slashes. */
export interface SourceFile {
  path: string;
  text: string;
  lines: number;
  /** Every import and re-export, static and dynamic. */
  imports: Import[];
  /** What the house does not write: `default export`, `enum`, `namespace`, `parameter property`, or `class Name`. */
  oddities: string[];
}

export function readSources(folder: string): SourceFile[] {
  return readdirSync(path.join(root, folder), { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".ts"))
    .map((file) => readSource(path.join(folder, file).replaceAll("\\", "/")));
}

function readSource(file: string): SourceFile {
  const text = readFileSync(path.join(root, file), "utf8");
  return readText(file, text);
}

/** As a file of that name with that text. */
export function readText(file: string, text: string): SourceFile {
  const nodes = nodesOf(parseAst(text, { lang: "ts" }, file));
  return {
    path: file,
    text,
    lines: text.split("\n").length - 1,
    imports: nodes.flatMap(importOf),
    oddities: nodes.flatMap(oddity),
  };
}

type Node = Record<string, unknown> & { type: string };

function isNode(value: unknown): value is Node {
  return typeof value === "object" && value !== null && "type" in value && typeof value.type === "string";
}

function nodesOf(value: unknown): Node[] {
  if (Array.isArray(value)) return value.flatMap(nodesOf);
  if (!isNode(value)) return [];
  return [value, ...Object.values(value).flatMap(nodesOf)];
}

function importOf({ type, source, importKind, exportKind }: Node): Import[] {
  if (!isNode(source) || typeof source.value !== "string") return [];
  const typeOnly = importKind === "type" || exportKind === "type" || type === "TSImportType";
  return [{ from: source.value, dynamic: type === "ImportExpression", typeOnly }];
}

function oddity(node: Node): string[] {
  const names: Record<string, string> = {
    ExportDefaultDeclaration: "default export",
    TSEnumDeclaration: "enum",
    TSModuleDeclaration: "namespace",
    TSParameterProperty: "parameter property",
  };
  const name = names[node.type];
  if (name) return [name];
  if (node.type !== "ClassDeclaration" && node.type !== "ClassExpression") return [];
  const nameOf = (value: unknown) => (isNode(value) && typeof value.name === "string" ? value.name : "");
  return nameOf(node.superClass).endsWith("Error") ? [] : [`class ${nameOf(node.id)}`];
}
