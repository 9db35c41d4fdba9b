import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";
import { readSources } from "../architecture/source-files.ts";

const root = path.resolve(import.meta.dirname, "../..");
const modules = path.join(root, "infra/modules");

/** Azure's own ids [docs: Azure built-in roles]. */
const roles = {
  blobOwner: "b7e6dc6d-f1e8-4753-8033-0f276bb0955b",
  blobContributor: "ba92f5b4-2d11-453d-a403-e96b0029c9fe",
  queueContributor: "974c5e8b-45b9-4653-ba55-5f855dd0fb88",
  tableContributor: "0a9a7e1f-b9d0-4cc4-a60d-0319b160aaa3",
  secretsUser: "4633458b-17de-408a-b874-0445c86b69e6",
  metricsPublisher: "3913510d-42f4-4e42-8a64-420c390055eb",
  foundryUser: "53ca6127-db72-4b80-b1b0-d745d6d5456d",
  monitoringReader: "43d0d8ad-25c7-4714-9337-8ba259a9fe05",
  logAnalyticsReader: "73c42c96-874c-492b-b04d-ab87d138a893",
  openAiUser: "5e0bd9bd-7b93-4f28-af87-19fc36ad61bd",
};

/** The roles that a module assigns: what a role assignment names, itself or through the loop that it stands in. */
function assigned(file: string): string[] {
  const text = readFileSync(path.join(modules, file), "utf8");
  const ids = new Map([...text.matchAll(/^var (\w+) = '([0-9a-f-]{36})'$/gm)].map(([, name, id]) => [name, id]));
  const assignments = text.split(/^resource /m).filter((part) => part.includes("roleAssignments@"));
  return assignments.flatMap((part) => {
    const [, named = ""] = /roleDefinitions', (\w+)\)/.exec(part) ?? [];
    const [, looped = ""] = new RegExp(`for ${named} in \\[([^\\]]*)\\]`).exec(part) ?? [];
    return (looped ? looped.split(/[\s,]+/) : [named]).flatMap((name) => ids.get(name) ?? []);
  });
}

test("every SDK that the product calls with its identity has its role on what it calls", () => {
  const imported = new Set(readSources("src/shared").flatMap((file) => file.imports.map(({ from }) => from)));
  const needed = [
    { sdk: "@azure/storage-blob", file: "data-storage.bicep", role: roles.blobContributor },
    { sdk: "@azure/storage-queue", file: "data-storage.bicep", role: roles.queueContributor },
    { sdk: "@azure/data-tables", file: "data-storage.bicep", role: roles.tableContributor },
    { sdk: "@azure/ai-projects", file: "release-access.bicep", role: roles.foundryUser },
    { sdk: "@azure/arm-cognitiveservices", file: "release-access.bicep", role: roles.foundryUser },
    { sdk: "@azure/identity", file: "foundry-access.bicep", role: roles.openAiUser },
    { sdk: "@azure/monitor-query", file: "foundry-access.bicep", role: roles.monitoringReader },
    { sdk: "@azure/monitor-query", file: "telemetry-access.bicep", role: roles.logAnalyticsReader },
  ];
  for (const { sdk, file, role } of needed) {
    expect(imported, sdk).toContain(sdk);
    expect(assigned(file), `${sdk} in ${file}`).toContain(role);
  }
  const known = new Set(needed.map(({ sdk }) => sdk));
  expect([...imported].filter((name) => /^@azure\/(?!functions|core)/.test(name) && !known.has(name))).toEqual([]);
});

test("the host and its settings have theirs", () => {
  expect(assigned("host-storage.bicep")).toContain(roles.blobOwner);
  expect(assigned("vault.bicep")).toEqual([roles.secretsUser]);
  expect(assigned("monitoring.bicep")).toEqual([roles.metricsPublisher]);
});

test("no module gives a role that is not named here", () => {
  const known = new Set(Object.values(roles));
  const given = readdirSync(modules).flatMap((file) => assigned(file));
  expect(given.length).toBeGreaterThan(8);
  expect(given.filter((role) => !known.has(role))).toEqual([]);
});

test("who deletes deployments can do nothing else", () => {
  const text = readFileSync(path.join(modules, "reaper-access.bicep"), "utf8");
  const actions = [...text.matchAll(/^ +'(Microsoft\.CognitiveServices\/[^']+)'$/gm)].map(([, action]) => action);
  expect(actions).toEqual([
    "Microsoft.CognitiveServices/accounts/read",
    "Microsoft.CognitiveServices/accounts/deployments/read",
    "Microsoft.CognitiveServices/accounts/deployments/delete",
    "Microsoft.CognitiveServices/locations/operationResults/read",
  ]);
  const main = readFileSync(path.join(root, "infra/main.bicep"), "utf8");
  expect(main).toContain("principalId: reaperIdentity.outputs.principalId");
  expect(main).toContain("reaperIdentityClientId: reaperIdentity.outputs.clientId");
});

test("who changes deployments deletes none, reads no keys, and is not who does the rest", () => {
  const text = readFileSync(path.join(modules, "release-access.bicep"), "utf8");
  const actions = [...text.matchAll(/^ +'(Microsoft\.CognitiveServices\/[^']+)'$/gm)].map(([, action]) => action);
  expect(actions).toEqual([
    "Microsoft.CognitiveServices/accounts/read",
    "Microsoft.CognitiveServices/accounts/deployments/read",
    "Microsoft.CognitiveServices/accounts/deployments/write",
    "Microsoft.CognitiveServices/locations/operationResults/read",
  ]);
  const main = readFileSync(path.join(root, "infra/main.bicep"), "utf8");
  expect(main).toContain("principalId: releaseIdentity.outputs.principalId");
  expect(main).toContain("releaseIdentityClientId: releaseIdentity.outputs.clientId");
});
