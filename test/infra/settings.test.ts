import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, test } from "vitest";
import {
  connectionSettings,
  type SettingDefinition,
  settingDefinitions,
} from "../../src/shared/settings/setting-definitions.ts";

const root = path.resolve(import.meta.dirname, "../..");
const read = (file: string) => readFileSync(path.join(root, file), "utf8");
const bicep = read("infra/modules/function-app.bicep");
const storage = read("infra/modules/data-storage.bicep");
const sources = (folder: string) =>
  readdirSync(path.join(root, folder), { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".ts"))
    .map((file) => read(path.join(folder, file)))
    .join("\n");
const product = sources("src/shared") + sources("src/functions");

describe("settings in code and Bicep agree", () => {
  const inBicep = [...bicep.matchAll(/^ {4}(ASSAY_\w+|AssayStorage\w*):/gm)].map(([, name = ""]) => name);

  test("what the code reads, Bicep sets", () => {
    const wanted = [...settingDefinitions.map(({ name }) => name), ...connectionSettings.AssayStorage];
    expect(wanted.filter((name) => !inBicep.includes(name))).toEqual([]);
  });

  test("what Bicep sets, the code or its bindings read", () => {
    const known = new Set<string>([
      ...settingDefinitions.map(({ name }) => name),
      ...connectionSettings.AssayStorage,
      "AssayStorage__credential",
      "AssayStorage__clientId",
    ]);
    expect(inBicep.filter((name) => !known.has(name))).toEqual([]);
  });

  test("no other setting is read anywhere", () => {
    const names = new Set([...product.matchAll(/\bASSAY_[A-Z_]+\b/g)].map(([name]) => name));
    const known = new Set<string>(settingDefinitions.map(({ name }) => name));
    expect([...names].filter((name) => !known.has(name))).toEqual([]);
  });

  test("secrets come from the vault", () => {
    for (const { name, secret } of settingDefinitions.map((d): SettingDefinition => d)) {
      if (secret) expect(new RegExp(`${name}:[^\\n]*(\\n[^\\n]*)?KeyVault`).test(bicep), name).toBe(true);
    }
  });

  test("defaults are the same", () => {
    for (const definition of settingDefinitions.map((d): SettingDefinition => d)) {
      const [, value] = new RegExp(`^ {4}${definition.name}: '([^']*)'`, "m").exec(bicep) ?? [];
      if (value !== undefined && definition.default !== undefined)
        expect(value, definition.name).toBe(definition.default);
    }
  });

  test("the sample of local settings has every one", () => {
    const { Values } = JSON.parse(read("local.settings.sample.json"));
    expect(settingDefinitions.map(({ name }) => name).filter((name) => !(name in Values))).toEqual([]);
  });
});

describe("queues and tables in code and Bicep agree", () => {
  test("every queue of a trigger is made", () => {
    const queues = [...product.matchAll(/queueName: "([^"]+)"/g)].map(([, name = ""]) => name);
    expect(queues.length).toBeGreaterThan(3);
    for (const name of queues) expect(storage, name).toContain(`'${name}'`);
  });

  test("every table that is not a month's is made", () => {
    const tables = [...product.matchAll(/(?:createRows\(tables, |tables\.table\()"(\w+)"/g)].map(
      ([, name = ""]) => name,
    );
    expect(tables.length).toBeGreaterThan(3);
    for (const name of tables) expect(storage, name).toContain(`'${name}'`);
  });
});

test("Flex Consumption refuses some settings; none of them is there", () => {
  for (const name of [
    "FUNCTIONS_WORKER_RUNTIME:",
    "FUNCTIONS_EXTENSION_VERSION",
    "WEBSITE_RUN_FROM_PACKAGE:",
    "WEBSITE_CONTENT",
    "ENABLE_ORYX_BUILD",
    "WEBSITE_TIME_ZONE",
    "linuxFxVersion",
  ]) {
    expect(bicep).not.toContain(name);
  }
  expect(bicep).toContain("var nodeVersion = '24'");
});
