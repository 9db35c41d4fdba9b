import { expect, test } from "vitest";
import { settingDefinitions } from "../../src/shared/settings/setting-definitions.ts";
import { readSettings } from "../../src/shared/settings.ts";

const required = {
  ASSAY_GITHUB_APP_ID: "1",
  ASSAY_GITHUB_PRIVATE_KEY: "a\\nb",
  ASSAY_GITHUB_WEBHOOK_SECRET: "s",
  ASSAY_REPOSITORIES: "acme/support, acme/other,",
  ASSAY_MODEL_URL: "http://127.0.0.1:1/v1/",
};

test("settings are read with their defaults", () => {
  expect(readSettings(required)).toMatchObject({
    ASSAY_GITHUB_API_URL: "https://api.github.com",
    ASSAY_GITHUB_PRIVATE_KEY: "a\nb",
    ASSAY_REPOSITORIES: ["acme/support", "acme/other"],
    ASSAY_MODEL_URL: "http://127.0.0.1:1/v1",
    ASSAY_HEARTBEAT_SECONDS: 15,
  });
});

test("bad input: every missing or wrong setting is named with what it is for", () => {
  const wrong = { ...required, ASSAY_GITHUB_APP_ID: undefined, ASSAY_SHARD_SECONDS: "900" };
  expect(() => readSettings(wrong)).toThrow(
    /ASSAY_GITHUB_APP_ID: is not set \(Id of the GitHub App[\s\S]*ASSAY_SHARD_SECONDS/,
  );
});

test("every setting says what it is for", () => {
  for (const { name, summary } of settingDefinitions) expect(summary.length, name).toBeGreaterThan(20);
});

test("what a release names is found by its name; the only one needs none", () => {
  const accounts = (value: string) =>
    readSettings({ ...required, ASSAY_FOUNDRY_ACCOUNTS: value }).ASSAY_FOUNDRY_ACCOUNTS;
  expect([...accounts("")]).toEqual([]);
  expect([...accounts("/a/b")]).toEqual([["", "/a/b"]]);
  expect([...accounts("eu=/a/b/")].sort()).toEqual([
    ["", "/a/b"],
    ["eu", "/a/b"],
  ]);
  expect([...accounts("eu=/a/b, us=/a/c")]).toEqual([
    ["eu", "/a/b"],
    ["us", "/a/c"],
  ]);
});
