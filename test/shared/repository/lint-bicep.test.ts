import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { lintBicep } from "../../../src/shared/repository/bicep/lint-bicep.ts";
import { readBicep } from "../../../src/shared/repository/bicep/read-bicep.ts";
import { readFiles } from "../releases/manifests.ts";

const account = `resource account 'Microsoft.CognitiveServices/accounts@2025-09-01' = {
  name: 'foundry'
  location: location
  identity: { type: 'SystemAssigned' }
  kind: 'AIServices'
  properties: { disableLocalAuth: true }
}
`;
const chat = `resource chat 'Microsoft.CognitiveServices/accounts/deployments@2025-09-01' = {
  parent: account
  name: 'chat--v42'
  sku: { name: 'GlobalStandard', capacity: 50 }
  properties: {
    model: {
      format: 'OpenAI' // not a version
      name: 'gpt-4.1'
      version: '2025-04-14'
    }
    versionUpgradeOption: 'NoAutoUpgrade'
    raiPolicyName: 'strict'
  }
  tags: {
    'assay-release': 'chat'
    'assay-alias': 'chat'
    'assay-owner': 'ada'
    'assay-prev': 'chat--v41'
  }
}
`;
const lint = (text: string) => lintBicep("foundry/main.bicep", new TextEncoder().encode(text));
const found = (text: string) => lint(text).map(({ code, line, column }) => `${code.slice(8)} ${line}:${column}`);
const without = (from: string | RegExp, to = "") => found(chat.replace(from, to));

describe("foundry/**/*.bicep", () => {
  test("has nothing to mend where a deployment can be gone back to", () => {
    expect(found(`param location string\n${account}${chat}`)).toEqual([]);
  });

  test("bad input: what is missing is told at the nearest place, what is wrong at its own", () => {
    expect(without(/ +version: .*\n/)).toEqual(["model-version 6:12"]);
    expect(without("'2025-04-14'", "'latest'")).toEqual(["model-version 9:16"]);
    expect(without(/ +versionUpgradeOption: .*\n/)).toEqual(["auto-upgrade 5:15"]);
    expect(without("NoAutoUpgrade", "OnceNewDefaultVersionAvailable")).toEqual(["auto-upgrade 11:27"]);
    expect(without(/ +raiPolicyName: .*\n/)).toEqual(["content-filter 5:15"]);
    expect(without("'strict'", "''")).toEqual(["content-filter 12:20"]);
    expect(without("'chat--v42'", "'chat'")).toEqual(["unversioned-name 3:9"]);
    expect(without(/ +'assay-prev'.*\n/)).toEqual(["rollback-tags 14:9"]);
    expect(without(/ +tags: \{[^}]*\}\n/)).toEqual(["rollback-tags 1:1"]);
    expect(lint(chat.replace("'chat--v42'", "'chat-v3'"))[0]?.fix).toBe("Write `chat--v1`, or the next number.");
    // The first one took over from nothing.
    expect(found(chat.replace("chat--v42", "chat--v1").replace(/ +'assay-prev'.*\n/, ""))).toEqual([]);
  });

  test("bad input: keys instead of an identity", () => {
    expect(found(account.replace("true", "false"))).toEqual(["keys 6:35"]);
    expect(found(account.replace("disableLocalAuth: true", ""))).toEqual(["keys 6:15"]);
    expect(found(account.replace(/ +identity.*\n/, ""))).toEqual(["no-identity 1:1"]);
    expect(found(account.replace("SystemAssigned", "None"))).toEqual(["no-identity 4:21"]);
    expect(found("output key string = account.listKeys().key1\n")).toEqual(["keys 1:21"]);
    expect(found("var k = listKeys(account.id, '2025-09-01').key1\n")).toEqual(["keys 1:9"]);
    expect(found("  authType: 'ApiKey'\n")).toEqual(["keys 1:13"]);
    expect(found("// listKeys() is forbidden\nvar t = 'listKeys()'\n")).toEqual([]);
  });

  test("what a file writes out elsewhere counts, and what only a deployment knows is said to be unknown", () => {
    expect(without("'2025-04-14'", "modelVersion")).toEqual(["undecided 9:16"]);
    const declared = (line: string) => found(`${line}\n${chat.replace("'2025-04-14'", "modelVersion")}`);
    expect(declared("var modelVersion = '2025-04-14'")).toEqual([]);
    expect(declared("param modelVersion string = 'latest'")).toEqual(["model-version 10:16"]);
    expect(declared("param modelVersion string")).toEqual(["undecided 10:16"]);
    expect(without("'chat--v42'", `'\${prefix}--v\${n}'`)).toEqual([]);
    expect(without("'chat--v42'", `'\${account.name}/chat--v42'`)).toEqual([]);
    expect(without("'chat--v42'", `'\${account.name}/\${name}'`)).toEqual(["undecided 3:9"]);
    expect(without("'chat--v42'", "d.name")).toEqual(["undecided 3:9"]);
    expect(without("'strict'", "empty(filter) ? 'strict' : filter")).toEqual(["undecided 12:20"]);
    expect(without(/tags: \{[^}]*\}/, "tags: union(tags, { more: 'x' })")).toEqual(["undecided 14:9"]);
    expect(found(`var tags = { a: 'b' }\n${chat.replace(/tags: \{[^}]*\}/, "tags: tags")}`)).toEqual([
      "rollback-tags 15:9",
    ]);
  });

  test("what is spread into an object, or lies in one, counts as written there; a later key wins", () => {
    const tags = "'assay-release': 'chat', 'assay-owner': 'ada'";
    const spread = (line: string) => `tags: {\n    'assay-alias': 'chat', 'assay-prev': 'chat--v41'\n    ${line}\n  }`;
    const tagged = (line: string) => chat.replace(/tags: \{[^}]*\}/, spread(line));
    expect(found(`var common = { ${tags} }\n${tagged("...common")}`)).toEqual([]);
    expect(found(tagged(`...{ ${tags} }`))).toEqual([]);
    expect(found(`var common = { 'assay-release': 'chat' }\n${tagged("...common")}`)).toEqual(["rollback-tags 15:9"]);
    expect(found(tagged("...common"))).toEqual(["undecided 16:5"]);
    expect(found(tagged("...(isProd ? a : b)"))).toEqual(["undecided 16:5"]);
    const guard = (line: string) => chat.replace(/ +versionUpgradeOption.*\n +raiPolicyName.*\n/, `${line}\n`);
    const guards = "var guard = { versionUpgradeOption: 'NoAutoUpgrade', raiPolicyName: 'strict' }\n";
    expect(found(guards + guard("    ...guard"))).toEqual([]);
    expect(found(guards + guard("    ...guard\n    raiPolicyName: ''"))).toEqual(["content-filter 13:20"]);
    expect(found(guards + guard("    raiPolicyName: ''\n    ...guard"))).toEqual([]);
    expect(found(`var a = { ...b }\nvar b = { ...a }\n${tagged("...a")}`)).toEqual(["undecided 18:5"]);
    const said = (line: string) => found(`${line}\n${chat.replace("'2025-04-14'", "models.chat.version")}`);
    expect(said("var models = { chat: { version: '2025-04-14' } }")).toEqual([]);
    expect(said("var models = { chat: { version: 'latest' } }")).toEqual(["model-version 10:16"]);
    expect(said("var models = { chat: load() }")).toEqual(["undecided 10:16"]);
    expect(said("var models = { other: { version: 'latest' } }")).toEqual(["undecided 10:16"]);
  });

  test("bad input: a value that is `null`, or a tag that is empty, is none", () => {
    expect(without("'2025-04-14'", "null")).toEqual(["model-version 9:16"]);
    expect(without("'NoAutoUpgrade'", "null")).toEqual(["auto-upgrade 11:27"]);
    expect(without("'strict'", "null")).toEqual(["content-filter 12:20"]);
    expect(without("'assay-owner': 'ada'", "'assay-owner': ''")).toEqual(["rollback-tags 14:9"]);
    expect(found(account.replace("true", "null"))).toEqual(["keys 6:35"]);
    expect(found(account.replace("'SystemAssigned'", "null"))).toEqual(["no-identity 4:21"]);
  });

  test("bad input: keys where only a deployment would put them in, and by their other names", () => {
    expect(found(`output c string = 'Endpoint=\${a.endpoint};Key=\${a.listKeys().key1}'\n`)).toEqual(["keys 1:49"]);
    expect(found(`output c string = '\${on ? '\${a.listKeys().key1}' : ''}'\n`)).toEqual(["keys 1:30"]);
    expect(found("output c string = search.listAdminKeys().primaryKey\n")).toEqual(["keys 1:19"]);
    expect(found("  authType: 'CustomKeys'\n")).toEqual(["keys 1:13"]);
    expect(found("var auth = 'ApiKey'\nvar c = {\n  authType: auth\n}\n")).toEqual(["keys 3:13"]);
    expect(found("var auth = 'AAD'\nvar c = {\n  authType: auth\n}\n")).toEqual([]);
    expect(found(`var t = '\\\${a.listKeys().key1}'\nvar u = '\${'listKeys('}'\n`)).toEqual([]);
  });

  test("is read behind a decorator on its line, and over a line's end before the object", () => {
    const bad = chat.replace("'2025-04-14'", "'latest'");
    expect(found(`@batchSize(1) ${bad}`)).toEqual(["model-version 9:16"]);
    expect(found(`@description('a')\n@sys.batchSize(\n  1\n) ${bad}`)).toEqual(["model-version 12:16"]);
    expect(found(bad.replace("= {", "=\n{"))).toEqual(["model-version 10:16"]);
    const version = chat.replace("'2025-04-14'", "version");
    expect(found(`@description('a') param version string = 'latest'\n${version}`)).toEqual(["model-version 10:16"]);
    expect(found(`param version 'a' | 'b' | 'latest' = 'latest'\n${version}`)).toEqual(["model-version 10:16"]);
  });

  test("is read in a loop, under a condition, inside of its account, and not where it only refers to what exists", () => {
    const object = chat.slice(chat.indexOf("{"));
    const bad = object.replace("'2025-04-14'", "'latest'");
    const type = "'Microsoft.CognitiveServices/accounts/deployments@2025-09-01'";
    expect(found(`@batchSize(1)\nresource c ${type} = [for d in deployments: ${bad}]\n`)).toEqual([
      "model-version 10:16",
    ]);
    expect(found(`resource c ${type} = [\n  for (d, i) in range(0, 2): ${bad}]\n`)).toEqual(["model-version 10:16"]);
    expect(found(`resource c ${type} = [for n in [\n  'a'\n  'b'\n]: ${bad}]\n`)).toEqual(["model-version 12:16"]);
    expect(found(`resource c ${type} = [for d in [\n  { n: 1 }\n  { n: 2 }\n]: if (d.n > 1) ${bad}]\n`)).toEqual([
      "model-version 12:16",
    ]);
    expect(found(`resource c ${type} = if (isProd && any({ a: 1 })) ${bad}`)).toEqual(["model-version 9:16"]);
    expect(found(account.replace("kind:", `resource c 'deployments@2025-09-01' = ${bad}  kind:`))).toEqual([
      "model-version 13:16",
    ]);
    expect(found(`resource c ${type} existing = {\n  name: 'chat'\n}\n`)).toEqual([]);
    expect(found(`resource c 'Microsoft.Storage/storageAccounts@2025-06-01' = {\n  name: 'chat'\n}\n`)).toEqual([]);
    expect(found(`var doc = '''\n${chat.replace("NoAutoUpgrade", "Once")}'''\n`)).toEqual([]);
    expect(found(`/* ${chat.replace("NoAutoUpgrade", "Once")} */\n`)).toEqual([]);
  });

  test("is part of the repository: findings and secrets", async () => {
    const key = `var k = 'ghp_${"a1B2c3D4e5F6g7H8i9J0".repeat(2).slice(0, 36)}'\n`;
    const { findings, files } = await readFiles({ "foundry/main.bicep": key + chat.replace("'strict'", "''") });
    expect(findings.map(({ code, line }) => `${code} ${line}`)).toEqual([
      "foundry/secret 1",
      "foundry/content-filter 13",
    ]);
    expect(files.has("foundry/main.bicep")).toBe(true);
  });
});

describe("bad input: any text is read, in time that grows with its length", () => {
  const pieces = fc.constantFrom(
    "resource ",
    "a ",
    "'Microsoft.CognitiveServices/accounts/deployments@1'",
    " = ",
    "{",
    "}",
    "[",
    "]",
    "(",
    ")",
    "\n",
    "name: ",
    "'x--v1'",
    "'",
    "'''",
    "${",
    "//",
    "/*",
    "*/",
    "if ",
    "for ",
    ":",
    ",",
    "tags: ",
    "properties: ",
    "\\",
    "var n = ",
    "n",
    "...",
    "...n",
    "@n",
    "n.n",
    "\uffff",
  );
  test("without a crash, each finding at a place of the text", () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.array(pieces, { maxLength: 60 }).map((parts) => parts.join("")),
        ),
        (text) => {
          const lines = text.replace(/\r\n?/g, "\n").split("\n");
          for (const { line, column } of lint(text)) {
            expect(line).toBeLessThanOrEqual(lines.length);
            expect(column).toBeLessThanOrEqual((lines[line - 1]?.length ?? 0) + 1);
          }
        },
      ),
      { numRuns: 2_000 },
    );
  });

  test("cutting a good file anywhere leaves one that is read", () => {
    for (let end = 0; end <= chat.length; end++) expect(() => lint(chat.slice(0, end))).not.toThrow();
  });

  test.each([
    "{",
    "resource a 'b' (\n",
    "'${",
    "name: {\n",
    "resource a 'b' = {\n",
    "(",
    "var a = [\n",
    "'${'",
    "@a(",
    "resource a 'b'\n",
  ])(
    "a megabyte of %j",
    (piece) => {
      const text = piece.repeat(Math.floor(1_000_000 / piece.length));
      // A reader that goes over the rest at every piece takes minutes for this.
      expect(readBicep(text).tokens.length).toBeGreaterThan(0);
    },
    20_000,
  );
});
