import { describe, expect, test } from "vitest";
import { byHand, type Places } from "../../../src/shared/releases/by-hand.ts";
import { deployment, manifest, readManifest } from "./manifests.ts";

const account =
  "/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/rg/providers/Microsoft.CognitiveServices/accounts/acme";
const project = "https://acme.services.ai.azure.com/api/projects/ai";
const places: Places = {
  armUrl: "https://management.azure.com",
  accounts: new Map([["", account]]),
  projects: new Map([["", project]]),
  ...{ storage: "assaydata", repository: "Acme/AI" },
};
const inPlace = `  - { id: slow, kind: inPlace, alias: "it's", to: { model: { name: gpt-4.1, version: "2025-04-14" }, sku: { name: GlobalStandard, capacity: 50 } } }\n`;
const agent = '  - { id: helper, kind: agent, alias: helper, dependsOn: [chat], to: { version: "7" } }\n';

async function work(targets: string, change: Partial<Places> = {}) {
  const { release, repository } = await readManifest(manifest({ targets }));
  if (!release) throw new Error(JSON.stringify(repository.findings));
  return byHand(release, repository, { ...places, ...change });
}

describe("what a person types where Assay's state cannot be read", () => {
  test("an agent's selector and an alias' row, what was flipped last first", async () => {
    const [first, second, ...rest] = await work(deployment(2) + agent);
    expect(rest).toEqual([]);
    expect(first?.command).toBe(
      `az rest --method patch --url '${project}/agents/helper?api-version=v1' --resource https://ai.azure.com ` +
        `--headers Content-Type=application/merge-patch+json --body '{"agent_endpoint":{"version_selector":` +
        `{"version_selection_rules":[{"type":"FixedRatio","agent_version":"7","traffic_percentage":100}]}}}'`,
    );
    expect(second).toMatchObject({ target: "deployment:chat", serves: "chat--v2 (gpt-4.1 2025-04-14)" });
    expect(second?.command).toBe(
      "az storage entity merge --auth-mode login --account-name assaydata --table-name routes --if-match '*' --entity " +
        `'PartitionKey=0' 'RowKey=deployment:acme:ai:chat' 'deployment=chat--v2' ` +
        `'model_json={"format":"OpenAI","name":"gpt-4.1","version":"2025-04-14"}'`,
    );
  });

  test("a deployment that is changed in place, with the filter that Assay would set", async () => {
    const [only] = await work(inPlace.replace("it's", "slow"));
    expect(only?.command).toMatch(
      /^az rest --method put --url '[^']+\/deployments\/slow\?api-version=2025-09-01' --body '\{/,
    );
    expect(JSON.parse(/--body '(.+)'$/.exec(only?.command ?? "")?.[1] ?? "")).toEqual({
      sku: { name: "GlobalStandard", capacity: 50 },
      properties: {
        model: { format: "OpenAI", name: "gpt-4.1", version: "2025-04-14" },
        ...{ versionUpgradeOption: "NoAutoUpgrade", raiPolicyName: "Microsoft.DefaultV2" },
      },
    });
  });

  test("what nobody said has its reason in the command's place", async () => {
    const nowhere = { accounts: new Map(), projects: new Map() };
    const [agentWork] = await work(deployment(2) + agent, nowhere);
    expect(agentWork).toEqual({
      ...{ target: "agent:helper", serves: "version 7" },
      why: "where it lies is not known: give --project …",
    });
    const { storage: _, ...rest } = places;
    const { release, repository } = await readManifest(manifest({}));
    if (!release) throw new Error("no manifest");
    expect(byHand(release, repository, rest)[0]?.why).toContain("give --storage NAME");
    const { repository: __, ...unnamed } = places;
    expect(byHand(release, repository, unnamed)[0]?.why).toContain("give --repository OWNER/NAME");
    const named = await work(
      deployment(2).replace("alias: chat", "endpoint: eu, alias: chat") + agent.replace("alias", "endpoint: eu, alias"),
    );
    expect(named.map(({ why }) => why)).toEqual(["where it lies is not known: give --project eu=…", undefined]);
  });
});
